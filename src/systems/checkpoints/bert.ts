import type { Checkpoint } from "./checkpoint.js";

/** Hugging Face BERT and RoBERTa. */
export const bert: Checkpoint = {
  name: "Hugging Face BERT",
  layout: "out-in",
  storage: "out × in",
  tensors: {
    "query.weight": "wq",
    "key.weight": "wk",
    "value.weight": "wv",
    "query.bias": "bq",
    "key.bias": "bk",
    "value.bias": "bv",
    "attention.output.dense.weight": "wo",
    "attention.output.dense.bias": "bo",
  },
};
