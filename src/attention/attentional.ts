import { UserError } from "../errors.js";
import { tabulate } from "../math/lists.js";
import { tanh } from "../ops/elementwise.js";
import { joinColumns } from "../ops/parts.js";
import { recordLinear } from "./linear.js";
import type { Recorder, Ref } from "./recorder.js";
import type { Layout } from "./scoring/scoring.js";

/**
 * Records the attentional vector h̃ = tanh(W_c[c; h]) (Luong et al. 2015, eq. 5) as the steps `concat`, `combined` and
 * `attentional`, and names it as a result. context: n×d_v; query, before any projection: n×d_q; W_c: (d_v + d_q)×d_out,
 * the rows for the context first → n×d_out. Throws MISSING_INPUT and SHAPE_MISMATCH.
 */
export function recordAttentional(
  recorder: Recorder,
  { context, query }: { readonly context: Ref | undefined; readonly query: Ref | undefined },
  wc: Ref,
  layout: Layout,
): Ref {
  if (!context || !query) {
    throw new UserError(
      "MISSING_INPUT",
      `wc is given, but there is no ${query ? "value" : "query"}.`,
      "The attentional vector is tanh(W_c[c; h]): c comes from the values, h is the query.",
    );
  }
  const queries = context.axes[0];
  const joined = recorder.record("context-and-query", joinColumns, [context, query], undefined, {
    axes: [queries, { name: "column", labels: [...columnsOf(context, "c"), ...columnsOf(query, "h")] }],
  });
  const combined = recordLinear(recorder, "combined", [joined, wc], layout, "(d_v + d_q)");
  const attentional = recorder.record("attentional", tanh, [combined], undefined, {
    notes: ["Luong et al. 2015, eq. 5"],
  });
  recorder.result("attentional", attentional);
  return attentional;
}

const columnsOf = (ref: Ref, letter: string) => tabulate(ref.shape.cols, (col) => `${letter}:${col}`);
