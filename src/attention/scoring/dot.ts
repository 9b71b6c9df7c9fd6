import { matmulTransposed } from "../../ops/product.js";
import { record } from "../recorder.js";
import { requireShapes } from "../shapes.js";
import { type Scoring, type ScoringShapes, shapeOfRole } from "./scoring.js";

/** Throws SHAPE_MISMATCH unless queries and keys have the same number of columns. */
export function requireSameWidth(inputs: ScoringShapes) {
  requireShapes(shapeOfRole("query", inputs, "d_k"), shapeOfRole("key", inputs, "d_k"));
}

/** q·k. */
export const dot: Scoring = {
  name: "dot",
  formula: "q·k",
  source: "Luong et al. 2015, section 3.1",
  parameters: {},
  cost: { multiplyAdds: "n·m·d_k" },
  requireInputs: requireSameWidth,
  record: ({ query, key }) => record("scores", matmulTransposed, [query, key]),
};

/** q·k / √d_k. */
export const scaledDot: Scoring = {
  ...dot,
  name: "scaled-dot",
  formula: "q·k / √d_k",
  source: "Vaswani et al. 2017, eq. 1",
  defaultScale: "1/sqrt(d_k)",
};
