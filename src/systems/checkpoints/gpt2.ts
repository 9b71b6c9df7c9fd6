import type { Checkpoint } from "./checkpoint.js";

/** GPT and GPT-2: Conv1D stores in × out, the transpose of a linear layer, and packs q, k, v side by side. */
export const gpt2: Checkpoint = {
  name: "GPT-2 Conv1D",
  layout: "in-out",
  storage: "in × out, q k v packed",
  tensors: {
    "c_attn.weight": "wqkv",
    "c_attn.bias": "bqkv",
    "c_proj.weight": "wo",
    "c_proj.bias": "bo",
  },
  namesake: "mlp",
};
