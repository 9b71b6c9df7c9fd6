import type { System } from "../system.js";
import { alignmentSettings } from "./alike.js";
import { ATTENTIONAL_STATE, LUONG, LUONG_COMPARED, LUONG_CONVENTIONS } from "./luong.js";

export const luongConcat: System = {
  ...LUONG,
  name: "luong-concat",
  title: "Luong's global attention, concat",
  summary: "global, current decoder state, a layer over [h_t; h̄_s]",
  source: "Luong et al. 2015, section 3.1, eq. 5 and 7",
  formulas: ["score(h_t, h̄_s) = v_aᵀ tanh(W_a [h_t; h̄_s])", "a_t = softmax_s score", ATTENTIONAL_STATE],
  conventions: [...LUONG_CONVENTIONS, "W_a takes the query's columns first: (d_q + d_k)×d_a."],
  releasedCode: [
    "nmt.matlab's third option is v_a·tanh(h̄_s + W_a h_t): no W on the source, so it is not the paper's formula. --scoring additive without --ua computes it.",
  ],
  settings: alignmentSettings({ scoring: "concat" }, LUONG_COMPARED),
};
