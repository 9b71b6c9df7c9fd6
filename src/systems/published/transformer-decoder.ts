import type { System } from "../system.js";
import { layerSettings } from "./alike.js";
import {
  EMBEDDED_START,
  TRANSFORMER,
  TRANSFORMER_CONVENTIONS,
  TRANSFORMER_POSITIONS,
} from "./transformer.js";

export const transformerDecoder: System = {
  ...TRANSFORMER,
  name: "transformer-decoder",
  title: "Transformer, masked decoder self-attention",
  summary: "masked self-attention over the target",
  source: "Vaswani et al. 2017, section 3.2.3",
  conventions: [...TRANSFORMER_CONVENTIONS, "Later positions are set to −∞ before the softmax."],
  settings: layerSettings({ causal: true }, { posenc: TRANSFORMER_POSITIONS }),
  start: EMBEDDED_START,
};
