import type { Checkpoint } from "./checkpoint.js";

/** torch.nn.MultiheadAttention: W stored out × in, packed unless key and value have widths of their own. */
export const torch: Checkpoint = {
  name: "torch MultiheadAttention",
  layout: "out-in",
  storage: "out × in, q k v packed",
  tensors: {
    in_proj_weight: "wqkv",
    in_proj_bias: "bqkv",
    q_proj_weight: "wq",
    k_proj_weight: "wk",
    v_proj_weight: "wv",
    "out_proj.weight": "wo",
    "out_proj.bias": "bo",
    bias_k: "biasK",
    bias_v: "biasV",
  },
};
