import type { System } from "../system.js";
import { alignmentSettings } from "./alike.js";
import { ATTENTIONAL_STATE, LUONG, LUONG_CONVENTIONS } from "./luong.js";

export const luongLocalM: System = {
  ...LUONG,
  name: "luong-local-m",
  title: "Luong's local attention, monotonic",
  summary: "local, around the decoder's own place p_t = t",
  source: "Luong et al. 2015, section 3.2, eq. 5, 7 and 10",
  formulas: [
    "p_t = t, window [p_t − D, p_t + D]",
    "a_t(s) = align(h_t, h̄_s) · e^(−(s − p_t)² / 2σ²), σ = D/2",
    ATTENTIONAL_STATE,
  ],
  conventions: [
    ...LUONG_CONVENTIONS,
    "D = 10. The score inside is general when W_a is given, else dot.",
    "The paper has the Gaussian for local-p; its local-m is the plain softmax within the window. qkv multiplies by the Gaussian in both.",
    "The weights are not divided by their sum, so a row sums below 1 (--local-renormalize divides).",
  ],
  releasedCode: ["normLocalAttn = 0 by default: renormalising did not work as well."],
  settings: alignmentSettings({ scoring: "local-m", localWindow: 10 }, ["local-m", "local-p", "dot"]),
};
