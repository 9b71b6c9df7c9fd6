import { present } from "../../math/lists.js";
import { tanhSum } from "../../ops/similarity.js";
import { type Layout, productFor } from "../linear.js";
import { type Ref, record, type StepOverrides } from "../recorder.js";
import type { ScoringCost, ScoringInputs } from "./scoring.js";

/** A W of a scoring, if it is given, and its symbol in formulas. */
type FeatureMatrix = readonly [w: Ref | undefined, symbol: string];

/**
 * Records queries or keys multiplied by a scoring's W, as the step `query-features` or `key-features`. Without W they
 * stay unchanged.
 */
export function recordFeatures(
  of: "query" | "key",
  { [of]: vectors, layout }: ScoringInputs,
  [w, symbol]: FeatureMatrix,
  overrides?: StepOverrides,
): Ref {
  if (!w) return vectors;
  const formula = `${of === "query" ? "Q" : "K"} ${symbol}${layout === "in-out" ? "" : "ᵀ"}`;
  return record(`${of}-features`, productFor(layout), [vectors, w], undefined, {
    formula,
    ...overrides,
  });
}

/**
 * The cost of projecting queries and keys to d_a features, and of d_a values of tanh for every pair of query and key.
 */
export const TANH_SUM_COST: ScoringCost = {
  multiplyAdds: "n·d_q·d_a + m·d_k·d_a + n·m·d_a",
  memory: "n·d_a + m·d_a + n·m·d_a",
};

/** Returns the number of features of vectors after a scoring's W, or without one. */
export function featuresOf(
  vectors: Pick<Ref, "shape">,
  w: Pick<Ref, "shape"> | undefined,
  layout: Layout,
): number {
  if (!w) return vectors.shape.cols;
  return layout === "in-out" ? w.shape.cols : w.shape.rows;
}

/**
 * Records what additive, concat and britz-add share: the features of queries and keys, and the tanh of their sums,
 * weighted by v_a (or simply summed).
 */
export function recordTanhSum(
  inputs: ScoringInputs,
  ofQuery: FeatureMatrix,
  ofKey: FeatureMatrix,
  notes: readonly (string | false)[] = [],
): Ref {
  const { va } = inputs.parameters;
  const queryFeatures = recordFeatures("query", inputs, ofQuery);
  const keyFeatures = recordFeatures("key", inputs, ofKey);
  return record("scores", tanhSum, [queryFeatures, keyFeatures, va], undefined, {
    formula: "s = Σ_c v_c tanh(q_c + k_c) over the features",
    notes: present([...notes, !va && "v_a was not given: qkv uses ones, so the features are summed."]),
  });
}
