import { layersAt } from "../checkpoints/weights-and-biases.js";
import { type Config, sizesOf } from "./config.js";
import type { ModelKind } from "./model-kind.js";

/**
 * Llama as Meta and Mistral publish it (`params.json`), and as llama2.c trains it. RoPE rotates neighbouring columns;
 * Hugging Face reorders them to halves.
 */
export const metaLlama: ModelKind = {
  types: ["meta-llama"],
  identifyingKey: "dim",
  prefixes: [],
  describe(config, has, rowsOf) {
    const sizes = sizesOf(config, { dFf: dFfOf(config) });
    return {
      ...sizes,
      kind: "meta-llama",
      // Many params.json files contain −1 as the vocabulary size.
      vocabulary: rowsOf(EMBEDDING) ?? sizes.vocabulary,
      hasFinalNorm: true,
      embedding: {},
      ...(config.has("max_seq_len") && { context: config.number(["max_seq_len"]) }),
      layer: {
        norm: "pre",
        normKind: "rms",
        eps: config.number(["norm_eps"], 1e-5),
        layout: "out-in",
        activation: "swiglu",
        causal: true,
        rope: "interleaved",
        base: config.number(["rope_theta"], 10_000),
      },
      head: { predicts: "next", isTied: !has("output.weight") },
    };
  },
  names: () => ({
    outer: { tokenEmbedding: EMBEDDING, finalNorm: "norm.weight", head: "output.weight" },
    layer: layersAt(
      "layers.#.",
      {
        wq: "attention.wq",
        wk: "attention.wk",
        wv: "attention.wv",
        wo: "attention.wo",
        w1: "feed_forward.w1",
        w3: "feed_forward.w3",
        w2: "feed_forward.w2",
        norm1: "attention_norm",
        norm2: "ffn_norm",
      },
      [],
    ),
  }),
};

const EMBEDDING = "tok_embeddings.weight";

/** Returns two thirds of 4·d_model, times a factor from the config, rounded up to a multiple. */
function dFfOf(config: Config) {
  const width = Math.trunc((8 * config.number(["dim"])) / 3);
  const multiple = config.number(["multiple_of"], 256);
  return Math.ceil(Math.trunc(width * config.number(["ffn_dim_multiplier"], 1)) / multiple) * multiple;
}
