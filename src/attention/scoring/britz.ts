import { matmulTransposed } from "../../ops/product.js";
import type { Recorder, Ref } from "../../trace/recorder.js";
import { requireShapes } from "../shapes.js";
import { recordStep } from "../steps.js";
import {
  DOT_FEATURES_COST,
  featuresOf,
  recordFeatures,
  recordTanhSum,
  requireFeatureWeights,
  TANH_SUM_COST,
} from "./features.js";
import {
  type ParametersOf,
  requireParameter,
  roleName,
  type Scoring,
  type ScoringInputs,
  type ScoringShapes,
  storedAs,
} from "./scoring.js";

/** ⟨v, tanh(W₁k + W₂q)⟩. W₂ is `wa` (d_q×d_a), W₁ is `ua` (d_k×d_a); both are needed. */
export const britzAdditive: Scoring = {
  name: "britz-add",
  formula: "⟨v, tanh(W₁·k + W₂·q)⟩",
  source: "Britz et al. 2017, eq. 6",
  parameters: { wa: ["d_q", "d_a"], ua: ["d_k", "d_a"], va: ["d_a", "1"] },
  cost: TANH_SUM_COST,
  requireInputs(inputs) {
    const va = requireParameter(inputs, "va", "britz-add", "v, d_a×1 or 1×d_a");
    const { wa } = requireBothParameters(inputs, "britz-add");
    requireFeatureWeights(va, featuresOf(inputs.query, wa, inputs.layout));
  },
  record(recorder, inputs) {
    const { queryFeatures, keyFeatures } = recordBothFeatures(recorder, inputs, "britz-add");
    return recordTanhSum(recorder, inputs, queryFeatures, keyFeatures);
  },
};

/** ⟨W₁k, W₂q⟩, not scaled. W₂ is `wa` (d_q×d_a), W₁ is `ua` (d_k×d_a). */
export const britzMultiplicative: Scoring = {
  name: "britz-mul",
  formula: "⟨W₁·k, W₂·q⟩",
  source: "Britz et al. 2017, eq. 7",
  parameters: { wa: ["d_q", "d_a"], ua: ["d_k", "d_a"] },
  cost: DOT_FEATURES_COST,
  requireInputs(inputs) {
    requireBothParameters(inputs, "britz-mul");
  },
  record(recorder, inputs) {
    const { queryFeatures, keyFeatures } = recordBothFeatures(recorder, inputs, "britz-mul");
    return recordStep(recorder, "scores", matmulTransposed, [queryFeatures, keyFeatures], undefined, {
      formula: "S = (Q W₂) (K W₁)ᵀ",
    });
  },
};

function requireBothParameters(inputs: ScoringShapes, scoring: string) {
  const { query, key, layout } = inputs;
  const both = bothParameters(inputs, scoring);
  requireShapes(
    [roleName("query", query), query.shape, "n", "d_q"],
    ["wa", both.wa.shape, ...storedAs(layout, "d_q", "d_a")],
    [roleName("key", key), key.shape, "m", "d_k"],
    ["ua", both.ua.shape, ...storedAs(layout, "d_k", "d_a")],
  );
  return both;
}

function bothParameters<Parameter extends Pick<Ref, "key" | "shape">>(
  inputs: { readonly parameters: ParametersOf<Parameter> },
  scoring: string,
) {
  return {
    wa: requireParameter(inputs, "wa", scoring, "W₂ of the query, d_q×d_a"),
    ua: requireParameter(inputs, "ua", scoring, "W₁ of the key, d_k×d_a"),
  };
}

function recordBothFeatures(recorder: Recorder, inputs: ScoringInputs, scoring: string) {
  const { query, key, layout } = inputs;
  const { wa, ua } = bothParameters(inputs, scoring);
  return {
    queryFeatures: recordFeatures(recorder, "query", query, wa, layout, "W₂"),
    keyFeatures: recordFeatures(recorder, "key", key, ua, layout, "W₁"),
  };
}
