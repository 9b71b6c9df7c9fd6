import type { System } from "../system.js";
import { alignmentSettings } from "./alike.js";
import { ATTENTIONAL_STATE, LUONG, LUONG_CONVENTIONS } from "./luong.js";

export const luongLocalP: System = {
  ...LUONG,
  name: "luong-local-p",
  title: "Luong's local attention, predictive",
  summary: "local, around a place that the decoder state predicts",
  source: "Luong et al. 2015, section 3.2, eq. 5, 9 and 10",
  formulas: [
    "p_t = S·σ(v_pᵀ tanh(W_p h_t)), window [p_t − D, p_t + D]",
    "a_t(s) = align(h_t, h̄_s) · e^(−(s − p_t)² / 2σ²), σ = D/2",
    ATTENTIONAL_STATE,
  ],
  conventions: [
    ...LUONG_CONVENTIONS,
    "D = 10. The score inside is general when W_a is given, else dot; W_p is ua, v_p is va.",
    "The weights are not divided by their sum, so a row sums below 1 (--local-renormalize divides).",
    "Places count from 0.",
  ],
  releasedCode: [
    "The centre is σ(·)·(S − 1) + 1, counted from 1, and the window stands around its whole part.",
    "normLocalAttn = 0 by default: renormalising did not work as well.",
  ],
  settings: alignmentSettings({ scoring: "local-p", localWindow: 10 }, ["local-m", "local-p", "dot"]),
};
