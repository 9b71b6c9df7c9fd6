import { matmulTransposed } from "../../ops/product.js";
import { storedAs } from "../linear.js";
import { record } from "../recorder.js";
import { requireShapes } from "../shapes.js";
import {
  featuresOf,
  recordFeatures,
  recordTanhSum,
  requireFeatureWeights,
  TANH_SUM_COST,
} from "./features.js";
import { requiring, type Scoring, type ScoringShapes, shapeOfRole } from "./scoring.js";

/** tanh(q·W_a + k·U_a)·v_a. Without W_a or U_a that side is used unchanged. Without v_a the features are summed. */
export const additive: Scoring = {
  name: "additive",
  formula: "tanh(q·W_a + k·U_a)·v_a",
  source: "Bahdanau et al. 2015, appendix A.1.2",
  parameters: { wa: ["d_q", "d_a"], ua: ["d_k", "d_a"], va: ["d_a", "1"] },
  cost: TANH_SUM_COST,
  requireInputs(inputs) {
    requireProjections(inputs);
    const { query, layout, parameters } = inputs;
    requireFeatureWeights(parameters.va, featuresOf(query, parameters.wa, layout));
  },
  record(inputs) {
    const { wa, ua } = inputs.parameters;
    const notes = [
      ...(wa ? [] : ["W_a was not given: qkv uses the identity, so queries are unchanged."]),
      ...(ua ? [] : ["U_a was not given: qkv uses the identity, so keys are unchanged."]),
    ];
    return recordTanhSum(inputs, [wa, "W_a"], [ua, "U_a"], notes);
  },
};

/** Throws SHAPE_MISMATCH unless queries and keys get equally many features. W_a: d_q×d_a, U_a: d_k×d_a. */
function requireProjections(inputs: ScoringShapes) {
  const { layout, parameters } = inputs;
  const { wa, ua } = parameters;
  requireShapes(
    shapeOfRole("query", inputs, wa ? "d_q" : "d_a"),
    wa && [wa, ...storedAs(layout, "d_q", "d_a")],
    shapeOfRole("key", inputs, ua ? "d_k" : "d_a"),
    ua && [ua, ...storedAs(layout, "d_k", "d_a")],
  );
}

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
  requireInputs: requireProjections,
  record(inputs) {
    const query = recordFeatures("query", inputs, [inputs.parameters.wa, "W₂"]);
    const key = recordFeatures("key", inputs, [inputs.parameters.ua, "W₁"]);
    return record("scores", matmulTransposed, [query, key], undefined, {
      formula: "S = (Q W₂) (K W₁)ᵀ",
    });
  },
});
