import { requireShapes } from "../shapes.js";
import {
  featuresOf,
  recordFeatures,
  recordTanhSum,
  requireFeatureWeights,
  TANH_SUM_COST,
} from "./features.js";
import { type Scoring, shapeOfRole, storedAs } from "./scoring.js";

/** tanh(q·W_a + k·U_a)·v_a. Without W_a or U_a that side is used unchanged. Without v_a the features are summed. */
export const additive: Scoring = {
  name: "additive",
  formula: "tanh(q·W_a + k·U_a)·v_a",
  source: "Bahdanau et al. 2015, appendix A.1.2",
  parameters: { wa: ["d_q", "d_a"], ua: ["d_k", "d_a"], va: ["d_a", "1"] },
  cost: TANH_SUM_COST,
  requireInputs(inputs) {
    const { query, layout, parameters } = inputs;
    const { wa, ua, va } = parameters;
    requireShapes(
      shapeOfRole("query", inputs, wa ? "d_q" : "d_a"),
      wa && [wa, ...storedAs(layout, "d_q", "d_a")],
      shapeOfRole("key", inputs, ua ? "d_k" : "d_a"),
      ua && [ua, ...storedAs(layout, "d_k", "d_a")],
    );
    requireFeatureWeights(va, featuresOf(query, wa, layout));
  },
  record(recorder, inputs) {
    const { query, key, layout, parameters } = inputs;
    const { wa, ua } = parameters;
    const notes = [
      ...(wa ? [] : ["W_a was not given: qkv uses the identity, so queries are unchanged."]),
      ...(ua ? [] : ["U_a was not given: qkv uses the identity, so keys are unchanged."]),
    ];
    const queryFeatures = wa ? recordFeatures(recorder, "query", query, wa, layout) : query;
    const keyFeatures = ua ? recordFeatures(recorder, "key", key, ua, layout) : key;
    return recordTanhSum(recorder, inputs, queryFeatures, keyFeatures, notes);
  },
};
