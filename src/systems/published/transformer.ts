import { setting } from "../../errors.js";
import { GLOROT, normal, OVER_COLUMNS, ZERO } from "../drawn/distributions.js";
import type { InitialDistributions, System } from "../system.js";
import { headSettings, transformerSizes } from "./shared.js";

/** The distributions for self-attention in the first layer, whose input is √d_model·E + PE. */
const EMBEDDED_DISTRIBUTIONS: InitialDistributions = {
  vectors: OVER_COLUMNS,
  parameters: GLOROT,
  feedForwardBiases: ZERO,
  normBiases: ZERO,
  hasSource: false,
  embedding: { addPositions: "sinusoidal", embeddingScale: "sqrt" },
};

/** The positions, and the parts of a layer around the attention. ε is that of the released code. */
const AROUND = {
  posenc: { kind: "sinusoidal", convention: "paper", embeddingScale: "sqrt" },
  layer: { norm: "post", eps: 1e-6, activation: "relu" },
} as const;

/** What the three attentions of the Transformer have in common. */
const TRANSFORMER: Omit<System, "name" | "title" | "summary" | "source" | "conventions"> = {
  formulas: [
    "head_i = softmax(Q W_i^Q (K W_i^K)ᵀ / √d_k) V W_i^V",
    "MultiHead = Concat(head_1, …, head_h) W^O",
    "PE(pos, 2i) = sin(pos / 10000^(2i/d)), PE(pos, 2i+1) = cos of the same",
  ],
  sizes: [transformerSizes("base", 6, 512, 8), transformerSizes("big", 6, 1024, 16)],
  releasedCode: [
    "tensor2tensor's layer norm has ε = 1e-6; the paper states none.",
    "tensor2tensor lays out the sinusoid as halves, [sin…, cos…], with the exponent i/(d/2 − 1).",
    "fairseq does the same, keeps row 1 for padding, and counts positions from 2.",
  ],
  settings: headSettings({}, AROUND),
  initial: EMBEDDED_DISTRIBUTIONS,
};

const TRANSFORMER_CONVENTIONS = [
  "The scale is 1/√d_k of one head. No biases in the paper's formulas. The layer norm comes after the attention.",
  `The embeddings are multiplied by √d_model before the positions are added: ${setting("embeddingScale")} sqrt ${setting("addPositions")} sinusoidal for your own x.`,
];

/** The Transformer of Vaswani et al. 2017: the whole model, and its three attentions. */
export const TRANSFORMER_SYSTEMS: readonly System[] = [
  /** The model that contains the attentions transformer-encoder, -decoder and -cross. */
  {
    ...TRANSFORMER,
    name: "transformer",
    title: "Transformer",
    summary: "the whole model: an encoder, and a decoder that attends to it",
    source: "Vaswani et al. 2017, section 3",
    conventions: [
      ...TRANSFORMER_CONVENTIONS,
      "Source, target and the matrix before the last softmax share one embedding (section 3.4), of about 37000 pieces for English and German.",
      "A layer of the encoder is attention and feed-forward; one of the decoder has masked attention, attention to the encoder's output, and feed-forward. Each is LN(x + f(x)); no other norm comes after the last layer.",
      "In attend, multihead, layer and posenc the preset is the encoder's; transformer-decoder and transformer-cross are the others.",
    ],
    model: {
      tensorsOf: "transformer",
      layout: "out-in",
      hasFinalNorm: false,
      hasEncoder: true,
      embedding: { isScaled: true, hasSinusoid: true },
      predicts: "next",
      vocabulary: 37_000,
      initialEmbeddings: { tokens: OVER_COLUMNS },
    },
  },
  {
    ...TRANSFORMER,
    name: "transformer-encoder",
    title: "Transformer, encoder self-attention",
    summary: "self-attention over the source, padding hidden",
    source: "Vaswani et al. 2017, section 3.2, eq. 1",
    conventions: [
      ...TRANSFORMER_CONVENTIONS,
      `Padding is hidden with ${setting("keyLength")} or ${setting("mask")}.`,
    ],
  },
  {
    ...TRANSFORMER,
    name: "transformer-decoder",
    title: "Transformer, masked decoder self-attention",
    summary: "masked self-attention over the target",
    source: "Vaswani et al. 2017, section 3.2.3",
    conventions: [...TRANSFORMER_CONVENTIONS, "Later positions are set to −∞ before the softmax."],
    settings: headSettings({ causal: true }, AROUND),
    initial: { ...EMBEDDED_DISTRIBUTIONS, hasMemory: true },
  },
  {
    ...TRANSFORMER,
    name: "transformer-cross",
    title: "Transformer, encoder-decoder attention",
    summary: "queries of the decoder, keys and values of the encoder",
    source: "Vaswani et al. 2017, section 3.2.3",
    formulas: TRANSFORMER.formulas.slice(0, 2),
    conventions: [
      ...TRANSFORMER_CONVENTIONS.slice(0, 1),
      `x is the decoder's side, memory the encoder's output. Padding of the source is hidden with ${setting("keyLength")} or ${setting("mask")}.`,
      "Positions were added before, in the encoder and the decoder.",
    ],
    settings: headSettings({}),
    initial: { vectors: normal(1), parameters: GLOROT, hasSource: true },
  },
];
