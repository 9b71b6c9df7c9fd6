import { normal } from "../drawn/distributions.js";
import type { System } from "../system.js";
import { headSettings, NORMAL_DISTRIBUTIONS, transformerSizes } from "./shared.js";

export const gpt1: System = {
  name: "gpt1",
  title: "GPT",
  summary: "masked self-attention, learned positions, norm after",
  source: "Radford et al. 2018, section 3.1 and 4.1",
  formulas: ["h_0 = U W_e + W_p", "head = softmax(mask(Q Kᵀ / √d_k)) V, j ≤ i"],
  conventions: [
    "12 layers of 12 heads of 64; positions are learned, one row each of 512.",
    "The layer norm comes after the attention, so a layer sees the embeddings themselves.",
  ],
  releasedCode: [
    "The mask b replaces: w·b − 1e9·(1 − b) (finetune-transformer-lm, train.py).",
    "Q, K and V come from one packed W (c_attn, 768×2304), cut in thirds; W is stored in × out.",
    "The position table is the last rows of the embedding matrix we.",
  ],
  sizes: [{ ...transformerSizes("", 12, 768, 12), context: 512 }],
  settings: headSettings(
    { causal: true, maskFill: "replace:-1e9" },
    { posenc: { kind: "learned" }, layer: { norm: "post", eps: 1e-5, activation: "gelu-tanh" } },
  ),
  initial: { ...NORMAL_DISTRIBUTIONS, vectors: normal(0.02), positions: normal(0.02) },
  model: {
    tensorsOf: "openai-gpt",
    layout: "in-out",
    embedding: { firstPosition: 0 },
    hasFinalNorm: false,
    predicts: "next",
    vocabulary: 40_478,
    initialEmbeddings: { tokens: normal(0.02), positions: normal(0.02) },
  },
};
