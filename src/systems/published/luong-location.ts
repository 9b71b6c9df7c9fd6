import type { System } from "../system.js";
import { alignmentSettings } from "./alike.js";
import { ATTENTIONAL_STATE, LUONG, LUONG_COMPARED, LUONG_CONVENTIONS } from "./luong.js";

export const luongLocation: System = {
  ...LUONG,
  name: "luong-location",
  title: "Luong's global attention, location",
  summary: "global, weights from the decoder state alone",
  source: "Luong et al. 2015, section 3.1, eq. 5 and 8",
  formulas: ["a_t = softmax(W_a h_t)", ATTENTIONAL_STATE],
  conventions: [
    ...LUONG_CONVENTIONS,
    "W_a has a place for every position of the longest sentence; a source of S words uses its first S.",
  ],
  releasedCode: ["The location score is not in the released code (nmt.matlab)."],
  settings: alignmentSettings({ scoring: "location" }, LUONG_COMPARED),
};
