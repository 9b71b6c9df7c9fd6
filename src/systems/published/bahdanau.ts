import { setting } from "../../errors.js";
import { GLOROT, normal } from "../drawn/distributions.js";
import type { System } from "../system.js";
import { alignmentSettings } from "./shared.js";

/** The first learned attention: an additive alignment between the decoder's state and every annotation. */
export const bahdanau: System = {
  name: "bahdanau",
  title: "RNNsearch",
  summary: "additive, previous decoder state over annotations",
  source: "Bahdanau et al. 2015, section 3.1, A.1.2",
  formulas: [
    "e_ij = v_aᵀ tanh(W_a s_{i−1} + U_a h_j)",
    "α_ij = e^(e_ij) / Σ_k e^(e_ik)",
    "c_i = Σ_j α_ij h_j",
  ],
  conventions: [
    "The query is the previous state of the decoder, s_{i−1}.",
    "h_j holds the states of both directions, [→h_j; ←h_j]: 2n = 2000 columns; n = n′ = 1000, words of 620, maxout of 500.",
    "No bias, no scale. Key and value are the same vectors.",
    `The paper starts W_a and U_a from N(0, 0.001²) and v_a at 0, so all weights are equal at first; ${setting("random")} draws the three by Glorot.`,
  ],
  releasedCode: [
    "GroundHog takes e^(e_ij) without subtracting the maximum, and the mask multiplies it before the sum.",
  ],
  sizes: [{ name: "", dModel: 1000, dSource: 2000, features: 1000 }],
  settings: alignmentSettings({ scoring: "additive", maskFill: "multiply-exp" }, ["additive"]),
  initial: { vectors: normal(1), parameters: GLOROT, hasSource: true },
};
