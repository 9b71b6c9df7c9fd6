import type { Architecture } from "../../attention/model/architecture.js";
import { UserError } from "../../errors.js";
import { activationOf, type Config } from "./config.js";
import type { ModelKind, TensorNames } from "./model-kind.js";

/** BERT (Devlin et al. 2019), as Hugging Face stores it; old files call a norm's weight and bias gamma and beta. */
export const bert: ModelKind = {
  types: ["bert"],
  prefixes: ["bert."],
  ignored: /(?:^|\.)(?:pooler|seq_relationship)\.|position_ids$|predictions\.decoder\.bias$/,
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
      headDense: "cls.predictions.transform.dense.weight",
      headDenseBias: "cls.predictions.transform.dense.bias",
      headNorm: "cls.predictions.transform.LayerNorm.weight",
      headNormBias: "cls.predictions.transform.LayerNorm.bias",
      head: "cls.predictions.decoder.weight",
      headBias: "cls.predictions.bias",
    },
    layer: encoderLayer,
  }),
};

/** What BERT, RoBERTa and DistilBERT have in common; the last has words of its own for it. */
export function encoderOf(config: Config, hasHead: boolean): Omit<Architecture, "kind" | "embedding"> {
  const dModel = config.number(["hidden_size", "dim"]);
  const heads = config.number(["num_attention_heads", "n_heads"]);
  const positions = config.text("position_embedding_type", "absolute");
  if (positions !== "absolute" || config.flag("is_decoder", false)) {
    const what = positions === "absolute" ? "is_decoder is true" : `position_embedding_type is ${positions}`;
    throw new UserError("BAD_VALUE", `${what}, which is not worked.`, {
      location: { source: config.source },
    });
  }
  const activation = activationOf(config, config.has("activation") ? "activation" : "hidden_act", "gelu");
  return {
    dModel,
    heads,
    kvHeads: heads,
    headSize: dModel / heads,
    hasFinalNorm: false,
    numLayers: config.number(["num_hidden_layers", "n_layers"]),
    dFf: config.number(["intermediate_size", "hidden_dim"]),
    vocabulary: config.number(["vocab_size"]),
    context: config.number(["max_position_embeddings"]),
    layer: {
      norm: "post",
      normKind: "layer",
      eps: config.number(["layer_norm_eps"], 1e-12),
      activation,
      layout: "out-in",
    },
    ...(hasHead && {
      head: { tells: "masked", isTied: config.flag("tie_word_embeddings", true), activation },
    }),
  };
}

export const EMBEDDINGS: TensorNames["outer"] = {
  tokenEmbedding: "embeddings.word_embeddings.weight",
  positionEmbedding: "embeddings.position_embeddings.weight",
  embeddingNorm: "embeddings.LayerNorm.weight",
  embeddingNormBias: "embeddings.LayerNorm.bias",
};

export const SEGMENTS: TensorNames["outer"] = {
  segmentEmbedding: "embeddings.token_type_embeddings.weight",
};

/** The tensors of a layer of BERT and RoBERTa. */
export const encoderLayer: TensorNames["layer"] = (index) => {
  const at = `encoder.layer.${index}.`;
  const self = `${at}attention.self.`;
  const around = `${at}attention.output.`;
  return {
    wq: `${self}query.weight`,
    wk: `${self}key.weight`,
    wv: `${self}value.weight`,
    bq: `${self}query.bias`,
    bk: `${self}key.bias`,
    bv: `${self}value.bias`,
    wo: `${around}dense.weight`,
    bo: `${around}dense.bias`,
    norm1: `${around}LayerNorm.weight`,
    norm1Bias: `${around}LayerNorm.bias`,
    w1: `${at}intermediate.dense.weight`,
    b1: `${at}intermediate.dense.bias`,
    w2: `${at}output.dense.weight`,
    b2: `${at}output.dense.bias`,
    norm2: `${at}output.LayerNorm.weight`,
    norm2Bias: `${at}output.LayerNorm.bias`,
  };
};
