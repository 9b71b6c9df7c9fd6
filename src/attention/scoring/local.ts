import { ownPlaces, predictedPlaces } from "../../ops/local.js";
import type { Ref, StepDescription } from "../../trace/recorder.js";
import { signed } from "../offset-text.js";
import { requireShapes } from "../shapes.js";
import { dot } from "./dot.js";
import { general } from "./general.js";
import {
  productFor,
  requireParameter,
  roleName,
  type Scoring,
  type ScoringInputs,
  storedAs,
} from "./scoring.js";

/** Local attention scores as `general` does when W_a is given, else as `dot`. */
const record: Scoring["record"] = (recorder, inputs) =>
  (inputs.parameters.wa ? general : dot).record(recorder, inputs);

/** The step `places` of a local scoring, n×1. */
function placesStep(query: Ref, formula: string): StepDescription {
  return {
    id: "places",
    title: "Places",
    formula,
    axes: [query.axes[0], { name: "place", labels: ["p"] }],
  };
}

/** Local attention around the query's own place, p_t = t. */
export const localMonotonic: Scoring = {
  name: "local-m",
  formula: "q·k or q·W_a·kᵀ, within D of p_t = t, times e^(−(s − p_t)² / 2σ²)",
  source: "Luong et al. 2015, section 3.2, eq. 10",
  defaultScale: "none",
  parameters: {},
  cost: {
    multiplyAdds: [["n", "2·D+1", "d_k"]],
    memory: [["n"]],
    pathLength: "⌈n/(2·D+1)⌉",
  },
  record,
  recordPlaces(recorder, { query, key }, { queryOffset, align, keyLength }) {
    const { rows } = query.output();
    const bottomRight = (keyLength ?? key.output().rows) - rows;
    const offset = queryOffset ?? (align === "bottom-right" ? bottomRight : 0);
    return recorder.step(ownPlaces, [], { rows, offset }, placesStep(query, `p_t = t${signed(offset)}`));
  },
};

/** Local attention around a predicted place, p_t = S·σ(v_pᵀ tanh(W_p q)). W_p is `ua` (d_q×d_p), v_p is `va`. */
export const localPredictive: Scoring = {
  name: "local-p",
  formula: "q·k or q·W_a·kᵀ, within D of p_t = S·σ(v_p·tanh(q·W_p)), times e^(−(s − p_t)² / 2σ²)",
  source: "Luong et al. 2015, eq. 9 and 10",
  defaultScale: "none",
  parameters: { ua: ["d_q", "d_a"], va: ["d_a", "1"] },
  cost: {
    multiplyAdds: [
      ["n", "d_q", "d_a"],
      ["n", "d_a"],
      ["n", "2·D+1", "d_k"],
    ],
    memory: [["n", "d_a"], ["n"]],
    pathLength: "⌈n/(2·D+1)⌉",
  },
  record(recorder, inputs) {
    requirePlaceParameters(inputs);
    return record(recorder, inputs);
  },
  recordPlaces(recorder, inputs) {
    const { query, key, layout } = inputs;
    const { ua, va } = requirePlaceParameters(inputs);
    const { op, times } = productFor(layout);
    const features = recorder.step(op, [query, ua], undefined, {
      id: "place-features",
      title: "Place features",
      formula: times("Q", "W_p"),
      axes: [query.axes[0], { name: "d_p" }],
    });
    return recorder.step(
      predictedPlaces,
      [features, va],
      { numKeys: key.output().rows },
      placesStep(query, "p_t = S·σ(v_p·tanh(q·W_p))"),
    );
  },
};

function requirePlaceParameters(inputs: ScoringInputs) {
  const ua = requireParameter(inputs, "ua", "local-p", "W_p, d_q×d_p, which predicts the place");
  const va = requireParameter(inputs, "va", "local-p", "v_p, d_p×1 or 1×d_p, which predicts the place");
  const vector = va.output();
  requireShapes(
    [roleName("query", inputs.query), inputs.query.output(), "n", "d_q"],
    ["ua", ua.output(), ...storedAs(inputs.layout, "d_q", "d_p")],
    ["va", vector.rows === 1 ? { rows: vector.cols, cols: 1 } : vector, "d_p", "1"],
  );
  return { ua, va };
}
