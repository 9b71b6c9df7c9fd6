import { relativeEntropy, rowArgmax, rowLogSumExp, rowMaximum } from "../ops/summary.js";
import { columnSums, rowSums } from "../ops/sums.js";
import type { Recorder, Ref } from "./recorder.js";

/** The steps of one attention that measures of its rows are computed from. */
interface MeasuredSteps {
  /** n×m */
  readonly scores: Ref;
  /** n×m */
  readonly weights: Ref;
  readonly output: Ref | undefined;
  /** Whether to record the log-sum-exp of each row, if the weights are kept. */
  readonly logSumExp: boolean | undefined;
}

/** The recorded measures of the rows of some weights, n×1 each. `columnSums`, 1×m, only if the weights are kept. */
export type RowMeasures = ReturnType<typeof recordRowMeasures>;

/**
 * Records the measures of each row of weights: its strongest key, and how spread it is. Weights that are kept also have
 * their sums. Without them there is the log-sum-exp of the scores, and the measures are shown beside the output, if
 * there is one.
 */
export function recordRowMeasures(
  recorder: Recorder,
  { scores, weights, output = weights, logSumExp }: MeasuredSteps,
) {
  const isKept = recorder.numbers.keeps(weights);
  const of = isKept ? weights : output;
  if (!isKept || logSumExp) recorder.record("log-sum-exp", rowLogSumExp, [scores], undefined, { of });
  if (isKept) recorder.record("weight-sums", rowSums, [weights]);
  const sums = isKept && { columnSums: recorder.record("column-sums", columnSums, [weights]) };
  return {
    strongestKey: recorder.record("strongest-key", rowArgmax, [weights], undefined, {
      of,
      valuesOn: weights.axes[1],
    }),
    largestWeight: recorder.record("largest-weight", rowMaximum, [weights], undefined, { of }),
    entropy: recorder.record("entropy", relativeEntropy, [weights], undefined, { of }),
    ...sums,
  };
}
