import { asCross } from "../../attention/layer/cross-names.js";
import type { Architecture } from "../../attention/model/architecture.js";
import { weightsAndBiases } from "../checkpoints/weights-and-biases.js";
import { activationOf, type Config, sizesOf } from "./config.js";
import type { ModelKind, TensorNames, TensorPart } from "./model-kind.js";

/**
 * The Transformer of 2017, with the tensor names of torch's `nn.Transformer`. Source, target and head share one
 * `embedding`. Its `config.json` uses the keys of that module (`d_model`, `nhead`, `num_encoder_layers`, …).
 */
export const transformer: ModelKind = {
  types: ["transformer"],
  prefixes: ["transformer."],
  describe(config, has) {
    const stack = stackOf(config);
    return {
      ...stack,
      numLayers: config.number(["num_decoder_layers", "decoder_layers"], 6),
      hasFinalNorm: has("decoder.norm.weight"),
      layer: { ...stack.layer, causal: true },
      head: { predicts: "next", isTied: !has("generator.weight") },
      encoder: {
        ...stack,
        numLayers: config.number(["num_encoder_layers", "encoder_layers"], 6),
        hasFinalNorm: has("encoder.norm.weight"),
      },
      ...(config.has("decoder_start_token_id") && {
        decoderStart: config.number(["decoder_start_token_id"]),
      }),
    };
  },
  names: (architecture) => namesOf(architecture),
};

function stackOf(config: Config): Omit<Architecture, "numLayers" | "hasFinalNorm"> {
  return {
    ...sizesOf(config, { heads: 8, numLayers: 6, widening: 4 }),
    kind: "transformer",
    embedding: { isScaled: config.flag("scale_embedding", true), hasSinusoid: true },
    layer: {
      norm: config.flag("norm_first", false) ? "pre" : "post",
      normKind: "layer",
      layout: "out-in",
      eps: config.number(["layer_norm_eps"], 1e-5),
      activation: activationOf(config, "activation", "relu"),
    },
  };
}

function namesOf({ hasFinalNorm, encoder, dModel }: Architecture): TensorNames {
  const final = (stack: string) => weightsAndBiases({ finalNorm: `${stack}.norm` });
  return {
    outer: {
      tokenEmbedding: "embedding.weight",
      ...weightsAndBiases({ head: "generator" }),
      ...(hasFinalNorm && final("decoder")),
    },
    layer(index) {
      const at = `decoder.layers.${index}`;
      return {
        ...layerOf(at, dModel, "norm3"),
        ...asCross(attentionOf(`${at}.multihead_attn`, dModel)),
        ...weightsAndBiases({ crossNorm: `${at}.norm2` }),
      };
    },
    encoder: {
      outer: encoder?.hasFinalNorm ? final("encoder") : {},
      layer: (index) => layerOf(`encoder.layers.${index}`, dModel, "norm2"),
    },
    // The paper's attention has no biases. The bias of the head may be missing, too.
    optional: ["headBias", "bq", "bk", "bv", "bo", "crossBq", "crossBk", "crossBv", "crossBo"],
  };
}

/** Returns the tensor names of torch's `MultiheadAttention`, which stores q, k and v one below the other. */
export function attentionOf(at: string, dModel: number) {
  const part = (tensor: string, index: number): TensorPart => ({
    tensor: `${at}.${tensor}`,
    firstRow: index * dModel,
    rows: dModel,
  });
  return {
    wq: part("in_proj_weight", 0),
    wk: part("in_proj_weight", 1),
    wv: part("in_proj_weight", 2),
    bq: part("in_proj_bias", 0),
    bk: part("in_proj_bias", 1),
    bv: part("in_proj_bias", 2),
    ...weightsAndBiases({ wo: `${at}.out_proj` }),
  };
}

/** Returns the tensor names that layers of both stacks have. The last norm of a layer belongs to the feed-forward. */
function layerOf(at: string, dModel: number, lastNorm: string) {
  return {
    ...attentionOf(`${at}.self_attn`, dModel),
    ...weightsAndBiases({
      norm1: `${at}.norm1`,
      w1: `${at}.linear1`,
      w2: `${at}.linear2`,
      norm2: `${at}.${lastNorm}`,
    }),
  };
}
