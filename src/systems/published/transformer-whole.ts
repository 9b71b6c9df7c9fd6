import { OVER_COLUMNS } from "../drawn/initialisation.js";
import type { System } from "../system.js";
import { headSettings } from "./alike.js";
import {
  EMBEDDED_START,
  TRANSFORMER,
  TRANSFORMER_CONVENTIONS,
  TRANSFORMER_LAYER,
  TRANSFORMER_POSITIONS,
} from "./transformer.js";

/** The model whose attentions transformer-encoder, -decoder and -cross are. */
export const transformer: System = {
  ...TRANSFORMER,
  name: "transformer",
  title: "Transformer",
  summary: "the whole model: an encoder, and a decoder that attends to it",
  source: "Vaswani et al. 2017, section 3",
  conventions: [
    ...TRANSFORMER_CONVENTIONS,
    "Source, target and the matrix before the last softmax share one embedding (section 3.4), of about 37000 pieces for English and German.",
    "A layer of the encoder is attention and feed-forward; one of the decoder has masked attention, attention to the encoder's output, and feed-forward. Each stands in LN(x + f(x)); no other norm stands behind the last layer.",
    "In attend, multihead, layer and posenc the preset is the encoder's; transformer-decoder and transformer-cross are the others.",
  ],
  settings: headSettings({}, { posenc: TRANSFORMER_POSITIONS, layer: TRANSFORMER_LAYER }),
  start: EMBEDDED_START,
  model: {
    ...{ tensorsOf: "transformer", layout: "out-in", hasFinalNorm: false, hasEncoder: true },
    ...{ embedding: { isScaled: true, hasSinusoid: true }, tells: "next", vocabulary: 37_000 },
    starts: { tokens: OVER_COLUMNS },
  },
};
