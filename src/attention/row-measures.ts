import { relativeEntropy, rowArgmax, rowLogSumExp, rowMaximum } from "../ops/summary.js";
import { columnSums, rowSums } from "../ops/sums.js";
import type { Recorder, Ref, StepDescription } from "../trace/recorder.js";
import type { Axis } from "../trace/trace.js";

/** What was recorded of the rows of some weights, for summaries of several of them. */
export interface RowMeasures {
  /** n×1. */
  readonly entropy: Ref;
  /** n×1. */
  readonly strongestKey: Ref;
  /** n×1. */
  readonly largestWeight: Ref;
  /** 1×m; of weights that are kept. */
  readonly columnSums?: Ref;
}

/** Records what a reader wants to know of each row of weights: its sum, where it looks, how spread it is. weights: n×m. */
export function recordRowMeasures(recorder: Recorder, weights: Ref): RowMeasures {
  const [queries, keys] = weights.axes;
  const sum: Axis = { name: "sum", labels: ["Σ"] };
  recorder.step(rowSums, [weights], {
    id: "weight-sums",
    title: "Weight sums",
    formula: "Σ_j α_ij",
    view: "margin",
    of: weights,
    axes: [queries, sum],
  });
  const totals = recorder.step(columnSums, [weights], {
    id: "column-sums",
    title: "Column sums",
    formula: "Σ_i α_ij",
    view: "margin",
    of: weights,
    axes: [sum, keys],
  });
  return { ...recordSummaries(recorder, weights, weights), columnSums: totals };
}

/**
 * Records what a reader wants to know of each row of weights that are not kept: what their scores come to and where they
 * look, beside the output if there is one. scores, weights: n×m → n×1 each.
 */
export function recordUnkeptMeasures(
  recorder: Recorder,
  {
    scores,
    weights,
    output = weights,
  }: { readonly scores: Ref; readonly weights: Ref; readonly output?: Ref | undefined },
): RowMeasures {
  recordLogSumExp(recorder, scores, output);
  return recordSummaries(recorder, weights, output);
}

/** Records ln Σ_j e^s_ij of each row of scores, beside the step `of`. n×m → n×1. */
export function recordLogSumExp(recorder: Recorder, scores: Ref, of: Ref): void {
  recorder.step(rowLogSumExp, [scores], describeMeasures(of, scores.axes[1]).logSumExp);
}

/** Where each row of weights looks, how strongly, and how spread it is, beside the step `of`. */
function recordSummaries(recorder: Recorder, weights: Ref, of: Ref): RowMeasures {
  const measures = describeMeasures(of, weights.axes[1]);
  return {
    strongestKey: recorder.step(rowArgmax, [weights], measures.strongestKey),
    largestWeight: recorder.step(rowMaximum, [weights], measures.largestWeight),
    entropy: recorder.step(relativeEntropy, [weights], measures.entropy),
  };
}

type Measure = "logSumExp" | "strongestKey" | "largestWeight" | "entropy";

/** How the measures of each row of weights are called, n×1 each; they stand beside the step `of`. */
function describeMeasures(of: Ref, keys: Axis): Readonly<Record<Measure, StepDescription>> {
  const summary = { view: "row-summary", of, axes: [of.axes[0], { name: "measure" }] } as const;
  return {
    logSumExp: { ...summary, id: "log-sum-exp", title: "log-sum-exp", formula: "ln Σ_j e^s_ij" },
    strongestKey: {
      ...summary,
      id: "strongest-key",
      title: "looks at",
      formula: "argmax_j α_ij",
      valuesOn: keys,
    },
    largestWeight: { ...summary, id: "largest-weight", title: "with weight", formula: "max_j α_ij" },
    entropy: { ...summary, id: "entropy", title: "entropy / ln m", formula: "−Σ_j α_ij ln α_ij / ln m" },
  };
}
