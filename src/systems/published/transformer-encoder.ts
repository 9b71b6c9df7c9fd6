import type { System } from "../system.js";
import { headSettings } from "./alike.js";
import {
  EMBEDDED_START,
  TRANSFORMER,
  TRANSFORMER_CONVENTIONS,
  TRANSFORMER_LAYER,
  TRANSFORMER_POSITIONS,
} from "./transformer.js";

export const transformerEncoder: System = {
  ...TRANSFORMER,
  name: "transformer-encoder",
  title: "Transformer, encoder self-attention",
  summary: "self-attention over the source, padding hidden",
  source: "Vaswani et al. 2017, section 3.2, eq. 1",
  conventions: [...TRANSFORMER_CONVENTIONS, "Padding is hidden with --key-length or --mask."],
  settings: headSettings({}, { posenc: TRANSFORMER_POSITIONS, layer: TRANSFORMER_LAYER }),
  start: EMBEDDED_START,
};
