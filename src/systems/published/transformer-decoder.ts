import type { System } from "../system.js";
import { headSettings } from "./alike.js";
import {
  EMBEDDED_START,
  TRANSFORMER,
  TRANSFORMER_CONVENTIONS,
  TRANSFORMER_LAYER,
  TRANSFORMER_POSITIONS,
} from "./transformer.js";

export const transformerDecoder: System = {
  ...TRANSFORMER,
  name: "transformer-decoder",
  title: "Transformer, masked decoder self-attention",
  summary: "masked self-attention over the target",
  source: "Vaswani et al. 2017, section 3.2.3",
  conventions: [...TRANSFORMER_CONVENTIONS, "Later positions are set to −∞ before the softmax."],
  settings: headSettings({ causal: true }, { posenc: TRANSFORMER_POSITIONS, layer: TRANSFORMER_LAYER }),
  start: { ...EMBEDDED_START, hasMemory: true },
};
