import { relativeEntropy, rowArgmax, rowLogSumExp, rowMaximum } from "../ops/summary.js";
import { columnSums, rowSums } from "../ops/sums.js";
import type { Recorder, Ref } from "./recorder.js";

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
  recorder.record("weight-sums", rowSums, [weights]);
  const totals = recorder.record("column-sums", columnSums, [weights]);
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
  recorder.record("log-sum-exp", rowLogSumExp, [scores], undefined, { of });
}

/** Where each row of weights looks, how strongly, and how spread it is, beside the step `of`. */
function recordSummaries(recorder: Recorder, weights: Ref, of: Ref): RowMeasures {
  return {
    strongestKey: recorder.record("strongest-key", rowArgmax, [weights], undefined, {
      of,
      valuesOn: weights.axes[1],
    }),
    largestWeight: recorder.record("largest-weight", rowMaximum, [weights], undefined, { of }),
    entropy: recorder.record("entropy", relativeEntropy, [weights], undefined, { of }),
  };
}
