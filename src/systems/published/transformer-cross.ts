import type { System } from "../system.js";
import { headSettings } from "./alike.js";
import { CROSS_START, TRANSFORMER, TRANSFORMER_CONVENTIONS } from "./transformer.js";

export const transformerCross: System = {
  ...TRANSFORMER,
  name: "transformer-cross",
  title: "Transformer, encoder-decoder attention",
  summary: "queries of the decoder, keys and values of the encoder",
  source: "Vaswani et al. 2017, section 3.2.3",
  formulas: TRANSFORMER.formulas.slice(0, 2),
  conventions: [
    ...TRANSFORMER_CONVENTIONS.slice(0, 1),
    "x is the decoder's side, memory the encoder's output. Padding of the source is hidden with --key-length or --mask.",
    "Positions were added before, in the encoder and the decoder.",
  ],
  settings: headSettings({}),
  start: CROSS_START,
};
