import { matmulTransposed } from "../../ops/product.js";
import type { Recorder } from "../../trace/recorder.js";
import { requireShapes } from "../shapes.js";
import { DOT_FEATURES_COST, recordFeatures, recordTanhSum, TANH_SUM_COST } from "./features.js";
import {
  requireParameter,
  roleName,
  type Scoring,
  type ScoringInputs,
  scoresStep,
  storedAs,
} from "./scoring.js";

/** ⟨v, tanh(W₁k + W₂q)⟩. W₂ is `wa` (d_q×d_a), W₁ is `ua` (d_k×d_a); both are needed. */
export const britzAdditive: Scoring = {
  name: "britz-add",
  formula: "⟨v, tanh(W₁·k + W₂·q)⟩",
  source: "Britz et al. 2017, eq. 6",
  defaultScale: "none",
  parameters: { wa: ["d_q", "d_a"], ua: ["d_k", "d_a"], va: ["d_a", "1"] },
  cost: TANH_SUM_COST,
  record(recorder, inputs) {
    requireParameter(inputs, "va", "britz-add", "v, d_a×1 or 1×d_a");
    const { queryFeatures, keyFeatures } = recordBothFeatures(recorder, inputs, "britz-add");
    return recordTanhSum(recorder, inputs, queryFeatures, keyFeatures);
  },
};

/** ⟨W₁k, W₂q⟩, not scaled. W₂ is `wa` (d_q×d_a), W₁ is `ua` (d_k×d_a). */
export const britzMultiplicative: Scoring = {
  name: "britz-mul",
  formula: "⟨W₁·k, W₂·q⟩",
  source: "Britz et al. 2017, eq. 7",
  defaultScale: "none",
  parameters: { wa: ["d_q", "d_a"], ua: ["d_k", "d_a"] },
  cost: DOT_FEATURES_COST,
  record(recorder, inputs) {
    const { queryFeatures, keyFeatures } = recordBothFeatures(recorder, inputs, "britz-mul");
    return recorder.step(
      matmulTransposed,
      [queryFeatures, keyFeatures],
      undefined,
      scoresStep(inputs, "S = (Q W₂) (K W₁)ᵀ"),
    );
  },
};

function recordBothFeatures(recorder: Recorder, inputs: ScoringInputs, scoring: string) {
  const { query, key, layout } = inputs;
  const wa = requireParameter(inputs, "wa", scoring, "W₂ of the query, d_q×d_a");
  const ua = requireParameter(inputs, "ua", scoring, "W₁ of the key, d_k×d_a");
  requireShapes(
    [roleName("query", query), query.output(), "n", "d_q"],
    ["wa", wa.output(), ...storedAs(layout, "d_q", "d_a")],
    [roleName("key", key), key.output(), "m", "d_k"],
    ["ua", ua.output(), ...storedAs(layout, "d_k", "d_a")],
  );
  const features = { name: "d_a" };
  return {
    queryFeatures: recordFeatures(recorder, "query", query, wa, layout, features, "W₂"),
    keyFeatures: recordFeatures(recorder, "key", key, ua, layout, features, "W₁"),
  };
}
