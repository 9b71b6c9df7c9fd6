import { setting } from "../../errors.js";
import { FAN_IN, normal } from "../drawn/distributions.js";
import type { System } from "../system.js";
import { headSettings, transformerSizes } from "./shared.js";

/** d_head is 256 in all sizes. So heads·d_head = 48·256 = 12288 differs from d_model = 18432 in 540B. */
const size = (name: string, layers: number, dModel: number, heads: number) => ({
  ...transformerSizes(name, layers, dModel, heads, 256),
  kvHeads: 1,
  context: 2048,
  vocabulary: 256_000,
});

export const palm: System = {
  name: "palm",
  title: "PaLM",
  summary: "multi-query attention: one kv head, RoPE, no biases",
  source: "Chowdhery et al. 2022, section 2, table 1",
  formulas: ["y = x + MLP(LN(x)) + Attention(LN(x))", "q: heads×256, k and v: 1×256, shared by all heads"],
  conventions: [
    "One key and one value head, read by every query head (Shazeer 2019).",
    "Attention and MLP are parallel, after one layer norm. No biases anywhere, in norms neither. ε is not published; 1e-5 is that of lucidrains' PaLM.",
    `RoPE; the paper does not state its pairing. Here it is interleaved, as in RoFormer. ${setting("rope")} half-split is the other.`,
    "Input and output embeddings are shared. Embeddings start from N(0, 1), kernels from N(0, 1/in).",
  ],
  releasedCode: ["No code was released."],
  sizes: [size("8b", 32, 4096, 16), size("62b", 64, 8192, 32), size("540b", 118, 18_432, 48)],
  settings: headSettings(
    { causal: true },
    {
      multihead: { rope: "interleaved" },
      posenc: { kind: "rope" },
      layer: { norm: "parallel", eps: 1e-5, activation: "swiglu" },
    },
  ),
  initial: { vectors: normal(1), parameters: FAN_IN, hasSource: false },
  model: {
    tensorsOf: "palm",
    layout: "out-in",
    embedding: {},
    hasFinalNorm: true,
    predicts: "next",
    initialEmbeddings: { tokens: normal(1) },
  },
};
