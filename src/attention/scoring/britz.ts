import { matmulTransposed } from "../../ops/product.js";
import type { Recorder, Ref } from "../recorder.js";
import { requireShapes } from "../shapes.js";
import {
  DOT_FEATURES_COST,
  featuresOf,
  recordFeatures,
  recordTanhSum,
  requireFeatureWeights,
  TANH_SUM_COST,
} from "./features.js";
import { requiring, type ScoringInputs, type ScoringShapes, shapeOfRole, storedAs } from "./scoring.js";

/** The parameters that both scorings need. */
const PROJECTIONS = { wa: "W₂ of the query, d_q×d_a", ua: "W₁ of the key, d_k×d_a" };

/** ⟨v, tanh(W₁k + W₂q)⟩. W₂ is `wa` (d_q×d_a), W₁ is `ua` (d_k×d_a). Both are required. */
export const britzAdditive = requiring(
  { va: "v, d_a×1 or 1×d_a", ...PROJECTIONS },
  {
    name: "britz-add",
    formula: "⟨v, tanh(W₁·k + W₂·q)⟩",
    source: "Britz et al. 2017, eq. 6",
    parameters: { wa: ["d_q", "d_a"], ua: ["d_k", "d_a"], va: ["d_a", "1"] },
    cost: TANH_SUM_COST,
    requireInputs(inputs) {
      requireProjections(inputs);
      const { wa, va } = inputs.parameters;
      requireFeatureWeights(va, featuresOf(inputs.query, wa, inputs.layout));
    },
    record: (recorder, inputs) => recordTanhSum(recorder, inputs, ...recordProjected(recorder, inputs)),
  },
);

/** ⟨W₁k, W₂q⟩, unscaled. W₂ is `wa` (d_q×d_a), W₁ is `ua` (d_k×d_a). */
export const britzMultiplicative = requiring(PROJECTIONS, {
  name: "britz-mul",
  formula: "⟨W₁·k, W₂·q⟩",
  source: "Britz et al. 2017, eq. 7",
  parameters: { wa: ["d_q", "d_a"], ua: ["d_k", "d_a"] },
  cost: DOT_FEATURES_COST,
  requireInputs: requireProjections,
  record: (recorder, inputs) =>
    recorder.record("scores", matmulTransposed, recordProjected(recorder, inputs), undefined, {
      formula: "S = (Q W₂) (K W₁)ᵀ",
    }),
});

function requireProjections(inputs: ScoringShapes<"wa" | "ua">): void {
  const { layout, parameters } = inputs;
  requireShapes(
    shapeOfRole("query", inputs, "d_q"),
    [parameters.wa, ...storedAs(layout, "d_q", "d_a")],
    shapeOfRole("key", inputs, "d_k"),
    [parameters.ua, ...storedAs(layout, "d_k", "d_a")],
  );
}

/** Records queries and keys multiplied by their W. */
function recordProjected(
  recorder: Recorder,
  { query, key, layout, parameters }: ScoringInputs<"wa" | "ua">,
): readonly [Ref, Ref] {
  return [
    recordFeatures(recorder, "query", query, parameters.wa, layout, "W₂"),
    recordFeatures(recorder, "key", key, parameters.ua, layout, "W₁"),
  ];
}
