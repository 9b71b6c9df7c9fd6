import type { ScoringName } from "../../attention/scoring/registry.js";
import { normal, uniform } from "../drawn/initialisation.js";
import type { System } from "../system.js";

/** What the six systems of Luong et al. 2015 have in common. */
export const LUONG: Pick<System, "sizes" | "start"> = {
  sizes: [{ name: "", dModel: 1000, layers: 4, context: 50 }],
  start: { vectors: normal(1), parameters: uniform(0.1), hasSource: true, hasAttentionalState: true },
};

/** The scores that section 3.1 sets side by side. */
export const LUONG_COMPARED: readonly ScoringName[] = ["dot", "general", "concat", "location"];

export const LUONG_CONVENTIONS = [
  "The query is the current state of the decoder, h_t, of the top LSTM layer; keys and values are the encoder's top states.",
  "Unscaled. h̃_t is fed into the next step's input (input feeding).",
];

export const ATTENTIONAL_STATE = "h̃_t = tanh(W_c [c_t; h_t])";
