import { normal } from "../drawn/distributions.js";
import type { ModelRules, System } from "../system.js";
import { headSettings, NORMAL_DISTRIBUTIONS, transformerSizesWith } from "./shared.js";

const size = transformerSizesWith({ context: 512, vocabulary: 30_522 });

/** One of three tables with the same distribution, divided by the standard deviation of their sum. */
const EMBEDDING = normal(1 / Math.sqrt(3));

/** Three embeddings and their norm. The head for masked words is a layer, its norm, and the embedding again. */
export const BERT_MODEL: ModelRules = {
  tensorsOf: "bert",
  layout: "out-in",
  segments: 2,
  hasFinalNorm: false,
  predicts: "masked",
  embedding: {
    firstPosition: 0,
    hasSegments: true,
    hasNorm: true,
    padding: { id: 0, isCounted: true },
  },
  initialEmbeddings: { tokens: normal(0.02) },
};

export const bert: System = {
  name: "bert",
  title: "BERT",
  summary: "self-attention in both directions, segments, −10000",
  source: "Devlin et al. 2019, section 3",
  formulas: ["E = token + position + segment", "head = softmax(Q Kᵀ / √d_k + (1 − mask)·(−10000)) V"],
  conventions: [
    "Every token sees every other; only padded keys are hidden.",
    "Three embeddings are added: of the token, of its position (512 learned rows), of its segment (2 rows). A layer norm follows: drawn ones are divided by the deviation of the three, 0.02·√3, in its place.",
  ],
  releasedCode: [
    "modeling.py computes GELU by its tanh form, with ε = 1e-12 in the norms; Hugging Face's gelu is that of erf.",
    "−10000 is added, not −∞: a row whose keys are all padding keeps its unmasked softmax (bert, modeling.py).",
    "The released vocabulary has 30522 pieces, where the paper speaks of 30,000.",
    "Weights start from N(0, 0.02²), cut off at two deviations; qkv draws N(0, 0.02²).",
  ],
  sizes: [size("base", 12, 768, 12), size("large", 24, 1024, 16)],
  settings: headSettings(
    { maskFill: "add:-1e4" },
    { posenc: { kind: "learned" }, layer: { norm: "post", eps: 1e-12, activation: "gelu-tanh" } },
  ),
  initial: { ...NORMAL_DISTRIBUTIONS, vectors: EMBEDDING, positions: EMBEDDING, segments: EMBEDDING },
  model: BERT_MODEL,
};
