import type { ScoringName } from "../../attention/scoring/registry.js";
import { setting } from "../../errors.js";
import { normal, uniform } from "../drawn/distributions.js";
import type { System } from "../system.js";
import { alignmentSettings } from "./shared.js";

/** The scores that section 3.1 compares. */
const LUONG_COMPARED: readonly ScoringName[] = ["dot", "general", "concat", "location"];

const ATTENTIONAL_STATE = "h̃_t = tanh(W_c [c_t; h_t])";

/** What the six systems of Luong et al. 2015 have in common. */
const LUONG = {
  source: "Luong et al. 2015, section 3.1, eq. 5 and 7",
  conventions: [
    "The query is the current state of the decoder, h_t, of the top LSTM layer; keys and values are the encoder's top states.",
    "Unscaled. h̃_t is fed into the next step's input (input feeding).",
  ],
  releasedCode: [],
  sizes: [{ name: "", dModel: 1000, layers: 4, context: 50 }],
  initial: { vectors: normal(1), parameters: uniform(0.1), hasSource: true, hasAttentionalState: true },
} as const;

/** The global and local attentions of Luong et al. 2015. */
export const LUONG_SYSTEMS: readonly System[] = [
  {
    ...LUONG,
    name: "luong-dot",
    title: "Luong's global attention, dot",
    summary: "global, current decoder state, plain dot product",
    formulas: ["score(h_t, h̄_s) = h_tᵀ h̄_s", "a_t = softmax_s score", ATTENTIONAL_STATE],
    settings: alignmentSettings({ scoring: "dot" }, LUONG_COMPARED),
  },
  {
    ...LUONG,
    name: "luong-general",
    title: "Luong's global attention, general",
    summary: "global, current decoder state, through a matrix W_a",
    formulas: ["score(h_t, h̄_s) = h_tᵀ W_a h̄_s", "a_t = softmax_s score", ATTENTIONAL_STATE],
    settings: alignmentSettings({ scoring: "general" }, LUONG_COMPARED),
  },
  {
    ...LUONG,
    name: "luong-concat",
    title: "Luong's global attention, concat",
    summary: "global, current decoder state, a layer over [h_t; h̄_s]",
    formulas: ["score(h_t, h̄_s) = v_aᵀ tanh(W_a [h_t; h̄_s])", "a_t = softmax_s score", ATTENTIONAL_STATE],
    conventions: [...LUONG.conventions, "W_a takes the query's columns first: (d_q + d_k)×d_a."],
    releasedCode: [
      `nmt.matlab's third option is v_a·tanh(h̄_s + W_a h_t): no W on the source, so it is not the paper's formula. ${setting("scoring")} additive without ${setting("ua")} computes it.`,
    ],
    settings: alignmentSettings({ scoring: "concat" }, LUONG_COMPARED),
  },
  {
    ...LUONG,
    name: "luong-location",
    title: "Luong's global attention, location",
    summary: "global, weights from the decoder state alone",
    source: "Luong et al. 2015, section 3.1, eq. 5 and 8",
    formulas: ["a_t = softmax(W_a h_t)", ATTENTIONAL_STATE],
    conventions: [
      ...LUONG.conventions,
      "W_a has one column for every position of the longest sentence; a source of S words uses its first S.",
    ],
    releasedCode: ["The location score is not in the released code (nmt.matlab)."],
    settings: alignmentSettings({ scoring: "location" }, LUONG_COMPARED),
  },
  {
    ...LUONG,
    name: "luong-local-m",
    title: "Luong's local attention, monotonic",
    summary: "local, around the decoder's own position p_t = t",
    source: "Luong et al. 2015, section 3.2, eq. 5, 7 and 10",
    formulas: [
      "p_t = t, window [p_t − D, p_t + D]",
      "a_t(s) = align(h_t, h̄_s) · e^(−(s − p_t)² / 2σ²), σ = D/2",
      ATTENTIONAL_STATE,
    ],
    conventions: [
      ...LUONG.conventions,
      "D = 10. The score inside is general when W_a is given, else dot.",
      "The paper has the Gaussian for local-p; its local-m is the plain softmax within the window. qkv multiplies by the Gaussian in both.",
      `The weights are not divided by their sum, so a row sums below 1 (${setting("localRenormalize")} divides).`,
    ],
    releasedCode: ["normLocalAttn = 0 by default: renormalising did not work as well."],
    settings: alignmentSettings({ scoring: "local-m", localWindow: 10 }, ["local-m", "local-p", "dot"]),
  },
  {
    ...LUONG,
    name: "luong-local-p",
    title: "Luong's local attention, predictive",
    summary: "local, around a position that the decoder state predicts",
    source: "Luong et al. 2015, section 3.2, eq. 5, 9 and 10",
    formulas: [
      "p_t = S·σ(v_pᵀ tanh(W_p h_t)), window [p_t − D, p_t + D]",
      "a_t(s) = align(h_t, h̄_s) · e^(−(s − p_t)² / 2σ²), σ = D/2",
      ATTENTIONAL_STATE,
    ],
    conventions: [
      ...LUONG.conventions,
      "D = 10. The score inside is general when W_a is given, else dot; W_p is ua, v_p is va.",
      `The weights are not divided by their sum, so a row sums below 1 (${setting("localRenormalize")} divides).`,
      "Places count from 0.",
    ],
    releasedCode: [
      "The centre is σ(·)·(S − 1) + 1, counted from 1, and the window is around its integer part.",
      "normLocalAttn = 0 by default: renormalising did not work as well.",
    ],
    settings: alignmentSettings({ scoring: "local-p", localWindow: 10 }, ["local-m", "local-p", "dot"]),
  },
];
