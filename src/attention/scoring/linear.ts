import { refuseAs } from "../../errors.js";
import { shapeText } from "../../math/matrix.js";
import { concatenatedDot, hasProducts } from "../../ops/similarity.js";
import { record } from "../recorder.js";
import { requireShapes } from "../shapes.js";
import { requiring, shapeOfRole } from "./scoring.js";

/** w·[q; k; q∘k], or w·[q; k] if w has 2d numbers. */
export const linear = requiring(
  { wa: "w, 1×3d or 1×2d" },
  {
    name: "linear",
    formula: "w·[q; k; q∘k]",
    source: "Seo et al. 2017 (BiDAF), eq. 1",
    parameters: { wa: ["1", "3·d_q"] },
    cost: { multiplyAdds: "n·m·4·d_q", memory: "n·m·d_q" },
    requireSizes(inputs) {
      requireShapes(shapeOfRole("query", inputs, "d_k"), shapeOfRole("key", inputs, "d_k"));
      const d = inputs.query.shape.cols;
      const { rows, cols } = inputs.parameters.wa.shape;
      if (Math.min(rows, cols) === 1 && [2 * d, 3 * d].includes(rows * cols)) return;
      refuseAs(
        "SHAPE_MISMATCH",
        `wa is ${shapeText({ rows, cols })} but must be 1×${3 * d} or 1×${2 * d}.`,
        `w has one number for each of q and k (and q∘k), and d is ${d}.`,
        "wa",
      );
    },
    record({ query, key, parameters: { wa } }) {
      const formula = hasProducts(query.shape, wa.shape) ? "s = w·[q; k; q∘k]" : "s = w·[q; k]";
      return record("scores", concatenatedDot, [query, key, wa], undefined, formula);
    },
  },
);
