import { matmulTransposed } from "../../ops/product.js";
import { requireShapes } from "../shapes.js";
import { recordStep } from "../steps.js";
import { recordFeatures } from "./features.js";
import { requireParameter, roleName, type Scoring, storedAs } from "./scoring.js";

/** q·W_a·kᵀ: a learned bilinear form. */
export const general: Scoring = {
  name: "general",
  formula: "q·W_a·kᵀ",
  source: "Luong et al. 2015, section 3.1",
  parameters: { wa: ["d_q", "d_k"] },
  cost: {
    multiplyAdds: [
      ["n", "d_q", "d_k"],
      ["n", "m", "d_k"],
    ],
    memory: [["n", "d_k"]],
  },
  requireInputs(inputs) {
    const { query, key, layout } = inputs;
    const wa = requireParameter(inputs, "wa", "general", "W_a, d_q×d_k");
    requireShapes(
      [roleName("query", query), query.shape, "n", "d_q"],
      [roleName("key", key), key.shape, "m", "d_k"],
      ["wa", wa.shape, ...storedAs(layout, "d_q", "d_k")],
    );
  },
  record(recorder, inputs) {
    const { query, key, layout } = inputs;
    const wa = requireParameter(inputs, "wa", "general", "W_a, d_q×d_k");
    const features = recordFeatures(recorder, "query", query, wa, layout, "W_a", {
      columns: { name: "d_k" },
    });
    return recordStep(recorder, "scores", matmulTransposed, [features, key], undefined, {
      formula: "S = (Q W_a) Kᵀ",
    });
  },
};
