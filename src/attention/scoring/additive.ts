import { tanhSum } from "../../trace/ops/similarity.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import { requireShapes } from "../shapes.js";
import { recordFeatures } from "./features.js";
import { roleName, type Scoring, type ScoringInputs, scoresStep, storedAs } from "./scoring.js";

/** tanh(q·W_a + k·U_a)·v_a. Without W_a or U_a that side is used as it is; without v_a the features are summed. */
export const additive: Scoring = {
  name: "additive",
  formula: "tanh(q·W_a + k·U_a)·v_a",
  source: "Bahdanau et al. 2015, appendix A.1.2",
  defaultScale: "none",
  parameters: { wa: ["d_q", "d_a"], ua: ["d_k", "d_a"], va: ["d_a", "1"] },
  cost: {
    multiplyAdds: [
      ["n", "d_q", "d_a"],
      ["m", "d_k", "d_a"],
      ["n", "m", "d_a"],
    ],
    memory: [
      ["n", "d_a"],
      ["m", "d_a"],
      ["n", "m", "d_a"],
    ],
    pathLength: "1",
  },
  record(recorder, inputs) {
    const { query, key, layout, parameters } = inputs;
    const { wa, ua } = parameters;
    requireShapes(
      [roleName("query", query), query.output(), "n", wa ? "d_q" : "d_a"],
      ...(wa ? [["wa", wa.output(), ...storedAs(layout, "d_q", "d_a")] as const] : []),
      [roleName("key", key), key.output(), "m", ua ? "d_k" : "d_a"],
      ...(ua ? [["ua", ua.output(), ...storedAs(layout, "d_k", "d_a")] as const] : []),
    );
    const notes = [
      ...(wa ? [] : ["W_a was not given: the identity, queries are used as they are."]),
      ...(ua ? [] : ["U_a was not given: the identity, keys are used as they are."]),
    ];
    const queryFeatures = wa ? recordFeatures(recorder, "query", query, wa, layout) : query;
    const keyFeatures = ua ? recordFeatures(recorder, "key", key, ua, layout) : key;
    return recordTanhSum(recorder, inputs, queryFeatures, keyFeatures, notes);
  },
};

/** The step that additive and concat share: the tanh of the summed features, weighted by v_a (or plainly summed). */
export function recordTanhSum(
  recorder: Recorder,
  inputs: ScoringInputs,
  queryFeatures: Ref,
  keyFeatures: Ref,
  notes: readonly string[] = [],
): Ref {
  const { va } = inputs.parameters;
  const features = { rows: 1, cols: queryFeatures.output().cols };
  if (va) {
    const vector = va.output();
    requireShapes(
      ["query-features", features, "1", "d_a"],
      ["va", vector.cols === 1 ? { rows: 1, cols: vector.rows } : vector, "1", "d_a"],
    );
  }
  return recorder.step(
    tanhSum,
    va ? [queryFeatures, keyFeatures, va] : [queryFeatures, keyFeatures],
    undefined,
    scoresStep(inputs, "s = Σ_c v_c tanh(q_c + k_c) over the features", [
      ...notes,
      ...(va ? [] : ["v_a was not given: ones, the features are summed."]),
    ]),
  );
}
