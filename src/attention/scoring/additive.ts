import { matmulTransposed } from "../../ops/product.js";
import { record } from "../recorder.js";
import { recordFeatures, recordTanhSum, TANH_SUM_COST } from "./features.js";
import { requiring, type Scoring } from "./scoring.js";

/** tanh(q·W_a + k·U_a)·v_a. Without W_a or U_a that side is used unchanged. Without v_a the features are summed. */
export const additive: Scoring = {
  name: "additive",
  formula: "tanh(q·W_a + k·U_a)·v_a",
  source: "Bahdanau et al. 2015, appendix A.1.2",
  parameters: { wa: ["d_q", "d_a"], ua: ["d_k", "d_a"], va: ["d_a", "1"] },
  cost: TANH_SUM_COST,
  record(inputs) {
    const { wa, ua } = inputs.parameters;
    const notes = [
      !wa && "W_a was not given: qkv uses the identity, so queries are unchanged.",
      !ua && "U_a was not given: qkv uses the identity, so keys are unchanged.",
    ];
    return recordTanhSum(inputs, [wa, "W_a"], [ua, "U_a"], notes);
  },
};

/** The parameters that both scorings of Britz et al. need. */
const PROJECTIONS = { wa: "W₂ of the query, d_q×d_a", ua: "W₁ of the key, d_k×d_a" };

/** ⟨v, tanh(W₁k + W₂q)⟩. W₂ is `wa` (d_q×d_a), W₁ is `ua` (d_k×d_a). Both are required. */
export const britzAdditive = requiring(
  { va: "v, d_a×1 or 1×d_a", ...PROJECTIONS },
  {
    ...additive,
    name: "britz-add",
    formula: "⟨v, tanh(W₁·k + W₂·q)⟩",
    source: "Britz et al. 2017, eq. 6",
    record: (inputs) => recordTanhSum(inputs, [inputs.parameters.wa, "W₂"], [inputs.parameters.ua, "W₁"]),
  },
);

/** ⟨W₁k, W₂q⟩, unscaled. W₂ is `wa` (d_q×d_a), W₁ is `ua` (d_k×d_a). */
export const britzMultiplicative = requiring(PROJECTIONS, {
  name: "britz-mul",
  formula: "⟨W₁·k, W₂·q⟩",
  source: "Britz et al. 2017, eq. 7",
  parameters: { wa: ["d_q", "d_a"], ua: ["d_k", "d_a"] },
  // The dot products take no memory of their own.
  cost: { ...TANH_SUM_COST, memory: "n·d_a + m·d_a" },
  record(inputs) {
    const query = recordFeatures("query", inputs, [inputs.parameters.wa, "W₂"]);
    const key = recordFeatures("key", inputs, [inputs.parameters.ua, "W₁"]);
    return record("scores", matmulTransposed, [query, key], undefined, "S = (Q W₂) (K W₁)ᵀ");
  },
});
