import { counted, refuseAs } from "../../errors.js";
import { shapeText } from "../../math/matrix.js";
import { productFor, storedAs } from "../linear.js";
import { cut, record } from "../recorder.js";
import { requireShapes } from "../shapes.js";
import { featuresOf } from "./features.js";
import { requiring, shapeOfRole } from "./scoring.js";

/**
 * q·W_a: the score depends only on the position of a key, not on the key itself. W_a: d_q×L; the first m columns are
 * used.
 */
export const location = requiring(
  { wa: "W_a, d_q×L with L ≥ the number of keys" },
  {
    name: "location",
    formula: "q·W_a",
    source: "Luong et al. 2015, eq. 8",
    parameters: { wa: ["d_q", "m"] },
    cost: { multiplyAdds: "n·d_q·m" },
    requireSizes(inputs) {
      const { query, key, layout, parameters } = inputs;
      const { wa } = parameters;
      requireShapes(shapeOfRole("query", inputs, "d_q"), [wa, ...storedAs(layout, "d_q", "L")]);
      const numKeys = key.shape.rows;
      const numPositions = featuresOf(query, wa, layout);
      if (numPositions >= numKeys) return;
      refuseAs(
        "SHAPE_MISMATCH",
        `wa is ${shapeText(wa.shape)}: it scores ${counted(numPositions, "position")}, but there are ${numKeys} keys.`,
        "Location scoring needs one column of W_a for each key.",
        "wa",
      );
    },
    record({ query, key, layout, parameters: { wa } }) {
      const numKeys = key.shape.rows;
      const numPositions = featuresOf(query, wa, layout);
      const isLonger = numPositions > numKeys;
      const part = isLonger
        ? cut("wa-places", wa, layout === "in-out" ? "cols" : "rows", 0, numKeys, {
            title: `W_a for ${numKeys} places`,
            formula: `the first ${numKeys} of ${numPositions} positions of W_a`,
            axes: layout === "in-out" ? [{ name: "d_q" }, key.axes[0]] : [key.axes[0], { name: "d_q" }],
          })
        : wa;
      return record("scores", productFor(layout), [query, part], undefined, {
        formula: `S = Q W_a${layout === "in-out" ? "" : "ᵀ"}`,
        axes: [query.axes[0], key.axes[0]],
      });
    },
  },
);
