import { ownPlaces, predictedPlaces } from "../../ops/local.js";
import { productFor } from "../linear.js";
import { offsetText } from "../offset-text.js";
import { record } from "../recorder.js";
import { dot } from "./dot.js";
import { general } from "./general.js";
import { requireInputs, requireNamedSizes, requiring, type Scoring, type ScoringShapes } from "./scoring.js";

/** Returns the scoring inside local attention: `general` if W_a is given, otherwise `dot`. */
const baseScoring = ({ parameters }: ScoringShapes) => (parameters.wa ? general : dot);

const requireBase = (inputs: ScoringShapes) => requireInputs(baseScoring(inputs), inputs);

const recordBase: Scoring["record"] = (inputs) => baseScoring(inputs).record(inputs);

/** Local attention around the query's own position, p_t = t. */
export const localMonotonic: Scoring = {
  name: "local-m",
  formula: "q·k or q·W_a·kᵀ, within D of p_t = t, times e^(−(s − p_t)² / 2σ²)",
  source: "Luong et al. 2015, section 3.2, eq. 10",
  parameters: {},
  cost: {
    multiplyAdds: "n·(2·D+1)·d_k",
    memory: "n",
    pathLength: "⌈n/(2·D+1)⌉",
  },
  requireSizes: requireBase,
  record: recordBase,
  recordAlignedPositions({ query, key }, { queryOffset, align, keyLength }) {
    const { rows } = query.shape;
    const bottomRight = (keyLength ?? key.shape.rows) - rows;
    const offset = queryOffset ?? (align === "bottom-right" ? bottomRight : 0);
    return record(
      "places",
      ownPlaces,
      [],
      { rows, offset },
      {
        formula: `p_t = t${offsetText(offset)}`,
        rows: query.axes[0],
      },
    );
  },
};

/** Local attention around a predicted position, p_t = S·σ(v_pᵀ tanh(W_p q)). W_p is `ua` (d_q×d_p), v_p is `va`. */
export const localPredictive: Scoring = requiring(
  {
    ua: "W_p, d_q×d_p, which predicts the position",
    va: "v_p, d_p×1 or 1×d_p, which predicts the position",
  },
  {
    name: "local-p",
    formula: "q·k or q·W_a·kᵀ, within D of p_t = S·σ(v_p·tanh(q·W_p)), times e^(−(s − p_t)² / 2σ²)",
    source: "Luong et al. 2015, eq. 9 and 10",
    parameters: { ua: ["d_q", "d_a"], va: ["d_a", "1"] },
    cost: {
      multiplyAdds: "n·d_q·d_a + n·d_a + n·(2·D+1)·d_k",
      memory: "n·d_a + n",
      pathLength: "⌈n/(2·D+1)⌉",
    },
    requireSizes(inputs) {
      requireNamedSizes(localPredictive, inputs);
      requireBase(inputs);
    },
    record: recordBase,
    recordAlignedPositions({ query, key, layout, parameters: { ua, va } }) {
      const features = record("place-features", productFor(layout), [query, ua]);
      return record(
        "places",
        predictedPlaces,
        [features, va],
        { numKeys: key.shape.rows },
        "p_t = S·σ(v_p·tanh(q·W_p))",
      );
    },
  },
);
