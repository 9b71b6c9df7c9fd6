import { cut } from "../recorder.js";
import { recordTanhSum, TANH_SUM_COST } from "./features.js";
import { requiring, type ScoringInputs } from "./scoring.js";

/**
 * tanh([q; k]·W_a)·v_a. The first rows of W_a are for the query, the others for the key. Split there, they are W_a and
 * U_a of additive scoring, and it is computed like that.
 */
export const concat = requiring(
  { wa: "W_a, (d_q+d_k)×d_a" },
  {
    name: "concat",
    formula: "tanh([q; k]·W_a)·v_a",
    source: "Luong et al. 2015, section 3.1",
    parameters: { wa: ["d_q+d_k", "d_a"], va: ["d_a", "1"] },
    cost: TANH_SUM_COST,
    record(inputs) {
      const dQ = inputs.query.shape.cols;
      const forQuery = recordPart(inputs, "query", 0, dQ);
      const forKey = recordPart(inputs, "key", dQ, inputs.key.shape.cols);
      return recordTanhSum(inputs, [forQuery, "W_a[query]"], [forKey, "W_a[key]"]);
    },
  },
);

/** Records the part of W_a for the query or the key. */
function recordPart(
  { layout, parameters: { wa } }: ScoringInputs<"wa">,
  of: "query" | "key",
  first: number,
  size: number,
) {
  const side = layout === "in-out" ? "rows" : "cols";
  return cut(`wa-${of}`, wa, side, first, size, {
    formula: `W_a[${of}] = ${layout === "in-out" ? "rows" : "columns"} ${first} to ${first + size - 1} of W_a`,
    axes: layout === "in-out" ? [{ name: of }, { name: "d_a" }] : [{ name: "d_a" }, { name: of }],
  });
}
