import type { Architecture } from "../../attention/model/architecture.js";
import { layersAt, weightsAndBiases } from "../checkpoints/weights-and-biases.js";
import { activationOf, type Config, sizesOf } from "./config.js";
import type { ModelKind, TensorNames } from "./model-kind.js";

/**
 * BERT (Devlin et al. 2019), as Hugging Face stores it. Old files call the weight and bias of a norm gamma and beta.
 */
export const bert: ModelKind = {
  types: ["bert"],
  prefixes: ["bert."],
  describe: (config, has) => ({
    ...encoderOf(config, has("cls.predictions.transform.dense.weight")),
    kind: "bert",
    embedding: {
      firstPosition: 0,
      hasSegments: true,
      hasNorm: true,
      padding: { id: config.number(["pad_token_id"], 0), isCounted: true },
    },
  }),
  names: () => ({
    outer: {
      ...EMBEDDINGS,
      ...SEGMENTS,
      ...weightsAndBiases({
        headDense: "cls.predictions.transform.dense",
        headNorm: "cls.predictions.transform.LayerNorm",
      }),
      head: "cls.predictions.decoder.weight",
      headBias: "cls.predictions.bias",
    },
    layer: encoderLayer,
  }),
};

/** Returns what BERT, RoBERTa and DistilBERT have in common. DistilBERT uses other names for it in its config. */
export function encoderOf(config: Config, hasHead: boolean): Omit<Architecture, "kind" | "embedding"> {
  const positions = config.text("position_embedding_type", "absolute");
  if (positions !== "absolute" || config.flag("is_decoder", false)) {
    const what = positions === "absolute" ? "is_decoder is true" : `position_embedding_type is ${positions}`;
    config.refuse(`${what}, which qkv does not compute.`);
  }
  const activation = activationOf(config, config.has("activation") ? "activation" : "hidden_act", "gelu");
  return {
    ...sizesOf(config),
    hasFinalNorm: false,
    context: config.number(["max_position_embeddings"]),
    layer: {
      norm: "post",
      normKind: "layer",
      eps: config.number(["layer_norm_eps"], 1e-12),
      activation,
      layout: "out-in",
    },
    ...(hasHead && {
      head: { predicts: "masked", isTied: config.flag("tie_word_embeddings", true), activation },
    }),
  };
}

export const EMBEDDINGS: TensorNames["outer"] = {
  tokenEmbedding: "embeddings.word_embeddings.weight",
  positionEmbedding: "embeddings.position_embeddings.weight",
  ...weightsAndBiases({ embeddingNorm: "embeddings.LayerNorm" }),
};

export const SEGMENTS: TensorNames["outer"] = {
  segmentEmbedding: "embeddings.token_type_embeddings.weight",
};

/** The tensors of a layer of BERT and RoBERTa. */
export const encoderLayer: TensorNames["layer"] = layersAt("encoder.layer.#.", {
  wq: "attention.self.query",
  wk: "attention.self.key",
  wv: "attention.self.value",
  wo: "attention.output.dense",
  norm1: "attention.output.LayerNorm",
  w1: "intermediate.dense",
  w2: "output.dense",
  norm2: "output.LayerNorm",
});
