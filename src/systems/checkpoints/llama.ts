import type { Checkpoint } from "./checkpoint.js";

/** Hugging Face Llama and its relatives. */
export const llama: Checkpoint = {
  name: "Hugging Face Llama",
  layout: "out-in",
  storage: "out × in",
  tensors: {
    "q_proj.weight": "wq",
    "k_proj.weight": "wk",
    "v_proj.weight": "wv",
    "o_proj.weight": "wo",
    "q_proj.bias": "bq",
    "k_proj.bias": "bk",
    "v_proj.bias": "bv",
    "o_proj.bias": "bo",
  },
};
