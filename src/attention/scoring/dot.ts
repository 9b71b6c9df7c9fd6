import { matmulTransposed } from "../../ops/product.js";
import { requireShapes } from "../shapes.js";
import { roleName, type Scoring, scoresStep } from "./scoring.js";

const record: Scoring["record"] = (recorder, inputs) => {
  const { query, key } = inputs;
  requireShapes(
    [roleName("query", query), query.output(), "n", "d_k"],
    [roleName("key", key), key.output(), "m", "d_k"],
  );
  return recorder.step(matmulTransposed, [query, key], undefined, scoresStep(inputs, "S = Q Kᵀ"));
};

/** q·k. */
export const dot: Scoring = {
  name: "dot",
  formula: "q·k",
  source: "Luong et al. 2015, section 3.1",
  defaultScale: "none",
  parameters: {},
  cost: { multiplyAdds: [["n", "m", "d_k"]], memory: [], pathLength: "1" },
  record,
};

/** q·k / √d_k. */
export const scaledDot: Scoring = {
  name: "scaled-dot",
  formula: "q·k / √d_k",
  source: "Vaswani et al. 2017, eq. 1",
  defaultScale: "1/sqrt(d_k)",
  parameters: {},
  cost: { multiplyAdds: [["n", "m", "d_k"]], memory: [], pathLength: "1" },
  record,
};
