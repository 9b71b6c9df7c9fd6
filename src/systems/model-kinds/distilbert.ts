import { EMBEDDINGS, encoderOf } from "./bert.js";
import type { ModelKind } from "./model-kind.js";

/** DistilBERT (Sanh et al. 2019), as Hugging Face stores it: BERT with half the layers and without segments. */
export const distilbert: ModelKind = {
  types: ["distilbert"],
  prefixes: ["distilbert."],
  ignored: /^(?:pre_)?classifier\.|position_ids$/,
  describe: (config, has) => ({
    ...encoderOf(config, has("vocab_transform.weight")),
    kind: "distilbert",
    embedding: {
      firstPosition: 0,
      hasNorm: true,
      padding: { id: config.number(["pad_token_id"], 0), isCounted: true },
    },
  }),
  names: () => ({
    outer: {
      ...EMBEDDINGS,
      headDense: "vocab_transform.weight",
      headDenseBias: "vocab_transform.bias",
      headNorm: "vocab_layer_norm.weight",
      headNormBias: "vocab_layer_norm.bias",
      head: "vocab_projector.weight",
      headBias: "vocab_projector.bias",
    },
    layer(index) {
      const at = `transformer.layer.${index}.`;
      const attention = `${at}attention.`;
      return {
        wq: `${attention}q_lin.weight`,
        wk: `${attention}k_lin.weight`,
        wv: `${attention}v_lin.weight`,
        wo: `${attention}out_lin.weight`,
        bq: `${attention}q_lin.bias`,
        bk: `${attention}k_lin.bias`,
        bv: `${attention}v_lin.bias`,
        bo: `${attention}out_lin.bias`,
        norm1: `${at}sa_layer_norm.weight`,
        norm1Bias: `${at}sa_layer_norm.bias`,
        w1: `${at}ffn.lin1.weight`,
        b1: `${at}ffn.lin1.bias`,
        w2: `${at}ffn.lin2.weight`,
        b2: `${at}ffn.lin2.bias`,
        norm2: `${at}output_layer_norm.weight`,
        norm2Bias: `${at}output_layer_norm.bias`,
      };
    },
  }),
};
