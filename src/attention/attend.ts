import { refuseAs, setting } from "../errors.js";
import { tabulate } from "../math/lists.js";
import { tanh } from "../ops/elementwise.js";
import { joinColumns } from "../ops/parts.js";
import type { Trace } from "../trace/trace.js";
import { recordScoredAttention } from "./attention.js";
import { EMBEDDING_INPUTS, recordEmbedded } from "./embedding/embedded.js";
import { GRADIENT_INPUTS, recordGradients } from "./gradients/backward.js";
import type { InputName } from "./inputs.js";
import { type Layout, recordLinear } from "./linear.js";
import type { Problem } from "./problem.js";
import {
  type RecordOptions,
  type Ref,
  record,
  recorder,
  recordRecipe,
  settleEvaluation,
} from "./recorder.js";
import { assignRoles, isGiven, recordInputs, recordProjections } from "./roles.js";

/** The inputs that `attend` takes. */
export const ATTEND_INPUTS: readonly InputName[] = [
  "query",
  "key",
  "value",
  "x",
  "memory",
  "scores",
  "wq",
  "wk",
  "wv",
  "bq",
  "bk",
  "bv",
  "mask",
  "bias",
  "dropoutMask",
  "wa",
  "ua",
  "va",
  "wc",
  ...EMBEDDING_INPUTS,
  ...GRADIENT_INPUTS,
];

/**
 * Records one complete attention: projections, scores, scale, softcap, bias, mask, softmax, weighted sum (Vaswani et
 * al. 2017, eq. 1, and the scoring functions before it). With W_c it also records the attentional vector. Throws
 * UserError: MISSING_INPUT, CONFLICTING_INPUTS, SHAPE_MISMATCH, ALIGNMENT_NEEDED, BAD_VALUE, EMPTY_ROW.
 */
export function recordAttend(problem: Problem, options: RecordOptions = {}): Trace {
  const { settings } = problem;
  const { layout } = settings;
  return recordRecipe("attend", settleEvaluation(settings, options, obstacleIn(problem)), () => {
    const refs = recordEmbedded(problem, recordInputs(problem));
    const unprojected = assignRoles(refs);
    const roles = recordProjections(unprojected, refs, layout);
    const { weights, output } = recordScoredAttention(problem, refs, roles, unprojected, options);
    if (recorder.numbers.keeps(weights)) recorder.result("weights", weights);
    recorder.result("output", output);
    const last = refs.wc ? recordAttentional(output, unprojected.query, refs.wc, layout) : output;
    recordGradients(last, refs, settings);
  });
}

/**
 * Returns the reason why every n×m step must be kept, if there is one. Throws CONFLICTING_INPUTS if scores are given
 * and `stream` is set.
 */
function obstacleIn({ matrices, settings }: Problem) {
  if (!matrices.scores)
    return isGiven(matrices, "value") ? undefined : "there is no value, so only n×m steps are left";

  if (settings.stream !== true) return "scores are given";
  refuseAs(
    "CONFLICTING_INPUTS",
    `${setting("stream")} keeps no scores, but scores are given.`,
    `Leave out ${setting("stream")}, or give query and key.`,
  );
}

/**
 * Records the attentional vector h̃ = tanh(W_c[c; h]) (Luong et al. 2015, eq. 5) as the steps `concat`, `combined` and
 * `attentional`, and names it as a result. context: n×d_v; query, before any projection: n×d_q; W_c: (d_v + d_q)×d_out,
 * the rows for the context first → n×d_out. Throws MISSING_INPUT and SHAPE_MISMATCH.
 */
function recordAttentional(context: Ref | undefined, query: Ref | undefined, wc: Ref, layout: Layout) {
  if (!context || !query)
    refuseAs(
      "MISSING_INPUT",
      `wc is given, but there is no ${query ? "value" : "query"}.`,
      "The attentional vector is tanh(W_c[c; h]): c comes from the values, h is the query.",
    );

  const queries = context.axes[0];
  const joined = record("context-and-query", joinColumns, [context, query], undefined, {
    axes: [queries, { name: "column", labels: [...columnsOf(context, "c"), ...columnsOf(query, "h")] }],
  });
  const combined = recordLinear("combined", [joined, wc], layout, "(d_v + d_q)");
  const attentional = record("attentional", tanh, [combined], undefined, {
    notes: ["Luong et al. 2015, eq. 5"],
  });
  recorder.result("attentional", attentional);
  return attentional;
}

const columnsOf = (ref: Ref, letter: string) => tabulate(ref.shape.cols, (col) => `${letter}:${col}`);
