import { relativeEntropy, rowArgmax, rowLogSumExp, rowMaximum } from "../ops/summary.js";
import { columnSums, rowSums } from "../ops/sums.js";
import type { Recorder, Ref } from "./recorder.js";

/** The recorded measures of the rows of some weights. */
export interface RowMeasures {
  /** n×1. */
  readonly entropy: Ref;
  /** n×1. */
  readonly strongestKey: Ref;
  /** n×1. */
  readonly largestWeight: Ref;
  /** 1×m. Only if the weights are kept. */
  readonly columnSums?: Ref;
}

/** Records the measures of each row of weights: its sum, its strongest key, and how spread it is. weights: n×m. */
export function recordRowMeasures(recorder: Recorder, weights: Ref): RowMeasures {
  recorder.record("weight-sums", rowSums, [weights]);
  const totals = recorder.record("column-sums", columnSums, [weights]);
  return { ...recordSummaries(recorder, weights, weights), columnSums: totals };
}

/**
 * Records the measures of each row of weights that are not kept: the log-sum-exp of the scores, the strongest key, and
 * how spread the row is. They are shown beside the output, if there is one. scores, weights: n×m → n×1 each.
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

/** Records ln Σ_j e^s_ij of each row of scores, shown beside the step `of`. n×m → n×1. */
export function recordLogSumExp(recorder: Recorder, scores: Ref, of: Ref): void {
  recorder.record("log-sum-exp", rowLogSumExp, [scores], undefined, { of });
}

/** Records the strongest key of each row of weights, its weight, and the entropy, shown beside the step `of`. */
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
