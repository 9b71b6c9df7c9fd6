import type { Matrix } from "../math/matrix.js";
import { fuseLogSumExp, skipsScores, surelyHasWeights } from "../ops/fused-attention.js";
import { rowLogSumExp } from "../ops/summary.js";
import type { Evaluation } from "../trace/evaluate/evaluation.js";
import type { AttendSettings } from "./attend-settings.js";
import { recordConditioning } from "./conditioning.js";
import type { Conventions } from "./conventions.js";
import { type GivenDropout, recordDropped } from "./dropout.js";
import { stateStream } from "./keeping.js";
import type { Recorder, Ref } from "./recorder.js";
import {
  type RowMeasures,
  recordLogSumExp,
  recordRowMeasures,
  recordUnkeptMeasures,
} from "./row-measures.js";
import { reportFill, reportRows, surveyScores, surveySums } from "./row-reports.js";
import { recordLocalWeights } from "./scoring/local-weights.js";
import { recordSoftmax, recordWeightedSum } from "./softmax.js";

/** The parts of one attention from its scores on: the only one of a run, one head, or one of several scorings. */
interface AttentionParts<Value extends Ref | undefined = Ref | undefined> {
  /** n×m */
  readonly scores: Ref;
  /** Each n×m or 1×m. */
  readonly biases: readonly Ref[];
  /** m×d_v */
  readonly value: Value;
  /** For local attention: the position that each query looks at among the keys, n×1. */
  readonly alignedPositions?: Ref | undefined;
  readonly conventions: Conventions;
  readonly dropout?: GivenDropout | undefined;
  readonly settings: Readonly<AttendSettings>;
  /** Whether to record the log-sum-exp of each row, if the weights are kept. */
  readonly logSumExp?: boolean | undefined;
  /** The name of the step with the weighted sum of the values. */
  readonly as: "output" | "context";
}

/** The steps of a recorded attention. */
export interface RecordedAttention<Value extends Ref | undefined = Ref | undefined> {
  /** n×m. The same as the weights, except for local attention, whose weights are computed from it. */
  readonly softmax: Ref;
  /** n×m */
  readonly weights: Ref;
  /** n×d_v. Undefined without a value. */
  readonly output: Value;
  readonly measures: RowMeasures;
}

/**
 * Records one attention: scale, softcap, bias, mask, softmax, weighted sum, and measures of each row (Vaswani et al.
 * 2017, eq. 1). Warns about rows without valid weights. Throws SHAPE_MISMATCH, and EMPTY_ROW if `emptyRow` is "error".
 */
export function recordAttention<Value extends Ref | undefined>(
  recorder: Recorder,
  parts: AttentionParts<Value>,
): RecordedAttention<Value> {
  const { scores, biases, value, alignedPositions, conventions, settings, as } = parts;
  const { numbers } = recorder;
  const conditioned = recordConditioning(recorder, scores, conventions, biases);
  // If a kernel computes the output without the scores and nobody looks at them, they are not computed.
  const isMade = !value || !skipsScores(conditioned, numbers);
  const survey = isMade ? surveyScores(numbers, conditioned, conventions) : undefined;
  if (survey) reportRows(recorder, survey, scores.axes[0], conventions.emptyRow);
  const softmax = recordSoftmax(recorder, conditioned, conventions, {
    isShifted: survey?.needsShift ?? true,
    as: alignedPositions ? "align" : "weights",
  });
  reportFill(recorder, conditioned, softmax, conventions);
  const weights = alignedPositions
    ? recordLocalWeights(recorder, softmax, alignedPositions, conventions, settings)
    : softmax;
  const summed = parts.dropout ? recordDropped(recorder, weights, parts.dropout) : weights;
  const output = (value && recordWeightedSum(recorder, summed, value, as)) as Value;
  if (output && !survey && !surelyHasWeights(conditioned, numbers)) {
    const sums = rowLogSums(numbers, output, conditioned);
    reportRows(recorder, surveySums(sums), scores.axes[0], conventions.emptyRow);
  }
  const isKept = numbers.keeps(weights);
  if (!isKept) stateStream(recorder);
  if (isKept && parts.logSumExp) recordLogSumExp(recorder, conditioned, weights);
  const measures = isKept
    ? recordRowMeasures(recorder, weights)
    : recordUnkeptMeasures(recorder, { scores: conditioned, weights, output });
  return { softmax, weights, output, measures };
}

/**
 * Computes ln Σ e^s of each row of scores, n×1. The output is computed first, because its kernel pass also leaves these
 * sums.
 */
function rowLogSums(numbers: Evaluation, output: Ref, scores: Ref): Matrix {
  numbers.of(output);
  return fuseLogSumExp(scores, numbers) ?? rowLogSumExp.compute([numbers.of(scores)], undefined);
}
