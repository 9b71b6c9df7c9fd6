import type { System } from "../system.js";
import { alignmentSettings } from "./alike.js";
import { ATTENTIONAL_STATE, LUONG, LUONG_COMPARED, LUONG_CONVENTIONS } from "./luong.js";

export const luongDot: System = {
  ...LUONG,
  name: "luong-dot",
  title: "Luong's global attention, dot",
  summary: "global, current decoder state, plain dot product",
  source: "Luong et al. 2015, section 3.1, eq. 5 and 7",
  formulas: ["score(h_t, h̄_s) = h_tᵀ h̄_s", "a_t = softmax_s score", ATTENTIONAL_STATE],
  conventions: LUONG_CONVENTIONS,
  releasedCode: [],
  settings: alignmentSettings({ scoring: "dot" }, LUONG_COMPARED),
};
