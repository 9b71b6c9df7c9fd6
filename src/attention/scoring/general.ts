import { matmulTransposed } from "../../ops/product.js";
import { record } from "../recorder.js";
import { recordFeatures } from "./features.js";
import { requiring } from "./scoring.js";

/** q·W_a·kᵀ: a learned bilinear form. */
export const general = requiring(
  { wa: "W_a, d_q×d_k" },
  {
    name: "general",
    formula: "q·W_a·kᵀ",
    source: "Luong et al. 2015, section 3.1",
    parameters: { wa: ["d_q", "d_k"] },
    cost: { multiplyAdds: "n·d_q·d_k + n·m·d_k", memory: "n·d_k" },
    record(inputs) {
      const features = recordFeatures("query", inputs, [inputs.parameters.wa, "W_a"], {
        columns: { name: "d_k" },
      });
      return record("scores", matmulTransposed, [features, inputs.key], undefined, "S = (Q W_a) Kᵀ");
    },
  },
);
