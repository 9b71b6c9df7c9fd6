import { layersAt, weightsAndBiases } from "../checkpoints/weights-and-biases.js";
import { EMBEDDINGS, encoderOf } from "./bert.js";
import type { ModelKind } from "./model-kind.js";

/** DistilBERT (Sanh et al. 2019), as Hugging Face stores it: BERT with half the layers and without segments. */
export const distilbert: ModelKind = {
  types: ["distilbert"],
  prefixes: ["distilbert."],
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
      ...weightsAndBiases({
        headDense: "vocab_transform",
        headNorm: "vocab_layer_norm",
        head: "vocab_projector",
      }),
    },
    layer: layersAt("transformer.layer.#.", {
      wq: "attention.q_lin",
      wk: "attention.k_lin",
      wv: "attention.v_lin",
      wo: "attention.out_lin",
      norm1: "sa_layer_norm",
      w1: "ffn.lin1",
      w2: "ffn.lin2",
      norm2: "output_layer_norm",
    }),
  }),
};
