import type { LayerSettings } from "../../attention/layer/layer-settings.js";
import { normal } from "../drawn/distributions.js";
import type { InitialDistributions, ModelRules, System } from "../system.js";
import { headSettings, NORMAL_DISTRIBUTIONS, transformerSizesWith } from "./shared.js";

const size = transformerSizesWith({ context: 1024, vocabulary: 50_257 });

const DEVIATION = Math.hypot(0.02, 0.01);

/** Embeddings after the layer norm: N(0, 0.02²) + N(0, 0.01²), divided by the standard deviation of the sum. */
export const GPT2_DISTRIBUTIONS: InitialDistributions = {
  ...NORMAL_DISTRIBUTIONS,
  vectors: normal(0.02 / DEVIATION),
  positions: normal(0.01 / DEVIATION),
};

/** The parts of a layer around the attention, from src/model.py. */
export const GPT2_LAYER: Partial<LayerSettings> = { norm: "pre", eps: 1e-5, activation: "gelu-tanh" };

/**
 * From src/model.py: embeddings wte and wpe, norms before attention and feed-forward, a norm after the last layer, and
 * wte again as the head.
 */
export const GPT2_MODEL: ModelRules = {
  tensorsOf: "gpt2",
  layout: "in-out",
  embedding: { firstPosition: 0 },
  hasFinalNorm: true,
  predicts: "next",
  vocabulary: 50_257,
  initialEmbeddings: { tokens: normal(0.02), positions: normal(0.01) },
};

export const gpt2: System = {
  name: "gpt2",
  title: "GPT-2",
  summary: "masked self-attention, learned positions, norm before",
  source: "Radford et al. 2019, section 2.3, table 2",
  formulas: ["h = wte + wpe", "head = softmax(mask(Q Kᵀ / √d_k)) V, j ≤ i + (keys − queries)"],
  conventions: [
    "The paper counts the parameters of the sizes as 117M, 345M, 762M and 1542M.",
    "The layer norms come before the attention and before the feed-forward (qkv layer), and one after the last layer.",
    "Positions are learned, 1024 rows. wte starts from N(0, 0.02²) and wpe from N(0, 0.01²); drawn rows are divided by √(0.02² + 0.01²), as the layer norm would do, so attend and multihead see what the attention sees.",
    "b^Q, b^K, b^V and b^O start at 0.",
  ],
  releasedCode: [
    "The mask b replaces: w·b − 1e10·(1 − b) (gpt-2, src/model.py).",
    "The causal mask is aligned bottom right, so it also works with cached keys.",
    "The paper scales the weights of residual layers by 1/√N at the start; model.py does not.",
  ],
  sizes: [
    size("124m", 12, 768, 12),
    size("355m", 24, 1024, 16),
    size("774m", 36, 1280, 20),
    size("1.5b", 48, 1600, 25),
  ],
  settings: headSettings(
    { causal: true, align: "bottom-right", maskFill: "replace:-1e10" },
    { posenc: { kind: "learned" }, layer: GPT2_LAYER },
  ),
  initial: GPT2_DISTRIBUTIONS,
  model: GPT2_MODEL,
};
