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

const AROUND = {
  "linear1.weight": "w1",
  "linear1.bias": "b1",
  "linear2.weight": "w2",
  "linear2.bias": "b2",
  "norm1.weight": "norm1",
  "norm1.bias": "norm1Bias",
} as const satisfies Checkpoint["tensors"];

/** torch.nn.TransformerEncoderLayer. */
export const torchEncoderLayer: Checkpoint = {
  ...torch,
  name: "torch TransformerEncoderLayer",
  mark: "linear1",
  tensors: { ...torch.tensors, ...AROUND, "norm2.weight": "norm2", "norm2.bias": "norm2Bias" },
};

/** torch.nn.TransformerDecoderLayer: its second attention is to memory, and its second norm belongs to that. */
export const torchDecoderLayer: Checkpoint = {
  ...torch,
  name: "torch TransformerDecoderLayer",
  mark: "multihead_attn",
  tensors: {
    ...{ "multihead_attn.in_proj_weight": "crossWqkv", "multihead_attn.in_proj_bias": "crossBqkv" },
    ...{ "multihead_attn.out_proj.weight": "crossWo", "multihead_attn.out_proj.bias": "crossBo" },
    ...torch.tensors,
    ...AROUND,
    ...{ "norm2.weight": "crossNorm", "norm2.bias": "crossNormBias" },
    ...{ "norm3.weight": "norm2", "norm3.bias": "norm2Bias" },
  },
};
