import type { LayerSettings } from "../../attention/layer/layer-settings.js";
import type { PosencSettings } from "../../attention/positions/posenc-settings.js";
import { GLOROT, normal, OVER_COLUMNS, ZERO } from "../drawn/initialisation.js";
import type { Start, System } from "../system.js";

/** What the three attentions of the Transformer have in common. */
export const TRANSFORMER: Pick<System, "sizes" | "releasedCode"> & { readonly formulas: readonly string[] } =
  {
    formulas: [
      "head_i = softmax(Q W_i^Q (K W_i^K)ᵀ / √d_k) V W_i^V",
      "MultiHead = Concat(head_1, …, head_h) W^O",
      "PE(pos, 2i) = sin(pos / 10000^(2i/d)), PE(pos, 2i+1) = cos of the same",
    ],
    sizes: [
      { name: "base", layers: 6, dModel: 512, heads: 8, headSize: 64, feedForward: 2048 },
      { name: "big", layers: 6, dModel: 1024, heads: 16, headSize: 64, feedForward: 4096 },
    ],
    releasedCode: [
      "tensor2tensor's layer norm has ε = 1e-6; the paper states none.",
      "tensor2tensor lays out the sinusoid as halves, [sin…, cos…], with the exponent i/(d/2 − 1).",
      "fairseq does the same, keeps row 1 for padding, and counts positions from 2.",
    ],
  };

/** Of self-attention in the first layer, which sees √d_model·E + PE. */
export const EMBEDDED_START: Start = {
  vectors: OVER_COLUMNS,
  parameters: GLOROT,
  feedForwardBiases: ZERO,
  normBiases: ZERO,
  hasSource: false,
  embedding: { addPositions: "sinusoidal", embeddingScale: "sqrt" },
};

/** What stands around the attention; ε is that of the released code. */
export const TRANSFORMER_LAYER: Partial<LayerSettings> = { norm: "post", eps: 1e-6, activation: "relu" };

export const CROSS_START: Start = { vectors: normal(1), parameters: GLOROT, hasSource: true };

export const TRANSFORMER_POSITIONS: Partial<PosencSettings> = {
  kind: "sinusoidal",
  convention: "paper",
  embeddingScale: "sqrt",
};

export const TRANSFORMER_CONVENTIONS = [
  "The scale is 1/√d_k of one head. No biases in the paper's formulas. The layer norm stands behind the attention.",
  "The embeddings are multiplied by √d_model before the positions are added: --embedding-scale sqrt --add-positions sinusoidal for an x of your own.",
];
