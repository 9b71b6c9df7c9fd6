import { matmulTransposed } from "../../ops/product.js";
import { record } from "../recorder.js";
import type { Scoring } from "./scoring.js";

/** q·k. */
export const dot: Scoring = {
  name: "dot",
  formula: "q·k",
  source: "Luong et al. 2015, section 3.1",
  parameters: {},
  widths: ["d_k", "d_k"],
  cost: { multiplyAdds: "n·m·d_k" },
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
