import { GLOROT, normal, ZERO } from "../drawn/initialisation.js";
import type { System } from "../system.js";
import { headSettings } from "./alike.js";

export const macaw: System = {
  name: "macaw",
  title: "Macaw-LLM, alignment",
  summary: "modalities attend to the embedding matrix of an LLM",
  source: "Lyu et al. 2023, alignment module",
  formulas: ["h^a = softmax(W^Q h (W^K E)ᵀ / √d_k) W^V E", "E: vocabulary×d, the embedding matrix"],
  conventions: [
    "The query is a modality's features, key and value are every row of the embedding matrix: LLaMA's 32000×4096, and what Macaw adds to it. --source-length says how many rows are drawn.",
    "The output is placed behind BOS, between a start and an end token.",
    "Features come from a Conv1d (kernel/stride: image 48/36, video 36/30, audio 240/220) and a linear layer, from CLIP and Whisper.",
  ],
  releasedCode: [
    "bias_k, bias_v and a zero key are on (add_bias_kv, add_zero_attn): over the real tokens a row sums below 1.",
    "Video frames have a sinusoid whose exponent is doubled, 10000^(−4i/d) on pair i, where the Transformer has 10000^(−2i/d). A shift is still a rotation.",
    "16 heads here; 8 in the self-attention over the 6 frames of a video.",
  ],
  sizes: [{ name: "", dModel: 4096, heads: 16, headSize: 256, vocabulary: 32_000 }],
  settings: headSettings(
    {},
    { multihead: { addZeroAttention: true }, posenc: { kind: "sinusoidal", exponent: "doubled" } },
  ),
  start: { vectors: normal(1), parameters: GLOROT, biases: ZERO, extraKey: GLOROT, hasSource: true },
};
