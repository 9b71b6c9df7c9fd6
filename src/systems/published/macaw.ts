import { setting } from "../../errors.js";
import { GLOROT, normal, ZERO } from "../drawn/distributions.js";
import type { ModelRules, System } from "../system.js";
import { headSettings } from "./shared.js";

/** LLaMA-7B (Touvron et al. 2023). Macaw adds <image>, </image>, …, </video> and [PAD] to its 32000 tokens. */
const LLAMA: NonNullable<ModelRules["layers"]> = {
  size: { name: "", layers: 32, dModel: 4096, heads: 32, headSize: 128, feedForward: 11_008 },
  initial: { vectors: normal(0.02), parameters: normal(0.02), hasSource: false },
  settings: {
    norm: "pre",
    normKind: "rms",
    eps: 1e-6,
    activation: "swiglu",
    causal: true,
    rope: "half-split",
    base: 10_000,
  },
};

export const macaw: System = {
  name: "macaw",
  title: "Macaw-LLM",
  summary: "modalities attend to the embedding matrix of an LLM",
  source: "Lyu et al. 2023, alignment module",
  formulas: ["h^a = softmax(W^Q h (W^K E)ᵀ / √d_k) W^V E", "E: vocabulary×d, the embedding matrix"],
  conventions: [
    `The query is a modality's features, key and value are every row of the embedding matrix: LLaMA's 32000×4096, and what Macaw adds to it. ${setting("sourceLength")} says how many rows are drawn.`,
    "The output is placed behind BOS, between a start and an end token: BOS, image, audio, video, text. A Llama with a head of its own reads all of it.",
    "Features come from a Conv1d (kernel/stride: image 48/36, video 36/30, audio 240/220) and a linear layer, from CLIP and Whisper. CLIP and Whisper do not run here: their features are drawn.",
    `CLIP ViT-B/16 gives 196 rows of 512 columns an image, Whisper base 1500 of 512, and 6 frames are 1176 rows: 5, 6 and 39 rows reach the Llama. Made narrow, the model draws features for 2 rows each (${setting("modalRows")}), and their columns shrink with d_model; kernel and stride stay.`,
  ],
  releasedCode: [
    "bias_k, bias_v and a zero key are on (add_bias_kv, add_zero_attn): over the real tokens a row sums below 1.",
    "Video frames have a sinusoid whose exponent is doubled, 10000^(−4i/d) on pair i, where the Transformer has 10000^(−2i/d). A shift is still a rotation.",
    "16 heads here; 8 in the self-attention over the 6 frames of a video.",
    "A later version pools each frame and lets the 6 of them attend to each other in place of the convolution of the video; here it is the convolution.",
  ],
  sizes: [{ name: "", dModel: 4096, heads: 16, headSize: 256, vocabulary: 32_000 }],
  settings: headSettings(
    {},
    { multihead: { addZeroAttention: true }, posenc: { kind: "sinusoidal", exponent: "doubled" } },
  ),
  initial: { vectors: normal(1), parameters: GLOROT, biases: ZERO, extraKey: GLOROT, hasSource: true },
  model: {
    tensorsOf: "llama",
    layout: "out-in",
    embedding: {},
    hasFinalNorm: true,
    predicts: "next",
    isUntied: true,
    vocabulary: 32_007,
    layers: LLAMA,
    initialEmbeddings: { tokens: normal(0.02) },
    modalities: [
      { name: "image", rows: 196, columns: 512, kernel: 48, stride: 36 },
      { name: "audio", rows: 1500, columns: 512, kernel: 240, stride: 220 },
      { name: "video", rows: 1176, columns: 512, kernel: 36, stride: 30 },
    ],
  },
};
