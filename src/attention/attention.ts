import type { Matrix } from "../math/matrix.js";
import { canFuse, fuseLogSumExp } from "../ops/fused-attention.js";
import { rowLogSumExp } from "../ops/summary.js";
import type { Recorder, Ref } from "../trace/recorder.js";
import type { AttendSettings } from "./attend-settings.js";
import { recordConditioning } from "./conditioning.js";
import type { Conventions } from "./conventions.js";
import { type GivenDropout, recordDropped } from "./dropout.js";
import {
  type RowMeasures,
  recordLogSumExp,
  recordRowMeasures,
  recordUnkeptMeasures,
} from "./row-measures.js";
import { reportFill, reportRows, surveyScores, surveySums } from "./row-reports.js";
import { recordLocalWeights } from "./scoring/local-weights.js";
import { recordSoftmax, recordWeightedSum } from "./softmax.js";
import { withoutPairs } from "./step-roles.js";

/** One attention from its scores on: all there is, one head, or one of several scorings. */
export interface AttentionParts<Value extends Ref | undefined = Ref | undefined> {
  /** n×m */
  readonly scores: Ref;
  /** n×m or 1×m each. */
  readonly biases: readonly Ref[];
  /** m×d_v */
  readonly value: Value;
  /** Where each query of local attention looks among the keys, n×1. */
  readonly places?: Ref | undefined;
  readonly conventions: Conventions;
  readonly dropout?: GivenDropout | undefined;
  readonly settings: Readonly<AttendSettings>;
  /** Whether the n×m steps are kept, and whether anybody looks at them. */
  readonly isKept: boolean;
  readonly isSeen: boolean;
  /** Whether the log-sum-exp of each row is recorded where every step is kept. */
  readonly logSumExp?: boolean | undefined;
  /** What the weighted sum of the values is called. */
  readonly as: { readonly id: string; readonly title: string };
}

/** What an attention has come to. */
export interface RecordedAttention<Value extends Ref | undefined = Ref | undefined> {
  /** n×m: the weights, but for local attention, whose weights are made of it. */
  readonly softmax: Ref;
  /** n×m */
  readonly weights: Ref;
  /** n×d_v, when there is a value. */
  readonly output: Value;
  readonly measures: RowMeasures;
}

/**
 * Records one attention: scale, softcap, bias, mask, softmax, weighted sum, and what is to be said of each row (Vaswani et
 * al. 2017, eq. 1). Warns of rows that cannot be weighed. Throws SHAPE_MISMATCH, and EMPTY_ROW as `emptyRow` says.
 */
export function recordAttention<Value extends Ref | undefined>(
  recorder: Recorder,
  parts: AttentionParts<Value>,
): RecordedAttention<Value> {
  const { scores, biases, value, places, conventions, settings, isKept, isSeen, as } = parts;
  const into = isKept ? recorder : withoutPairs(recorder);
  const conditioned = recordConditioning(into, scores, conventions, biases);
  // Scores that nobody looks at need not be made where a kernel makes the output without them.
  const isMade = (isKept && isSeen) || !value || !isLargeAndFused(conditioned);
  const survey = isMade ? surveyScores(conditioned, conventions) : undefined;
  if (survey) reportRows(recorder, survey, scores.axes[0], conventions.emptyRow);
  const softmax = recordSoftmax(into, conditioned, conventions, {
    isShifted: survey?.needsShift ?? true,
    as: places ? "align" : "weights",
  });
  reportFill(recorder, conditioned, softmax, conventions);
  const weights = places ? recordLocalWeights(into, softmax, places, conventions, settings) : softmax;
  const summed = parts.dropout ? recordDropped(into, weights, parts.dropout) : weights;
  const output = (value &&
    recordWeightedSum(into, summed, value, { ...as, ...(parts.dropout && { symbol: "α̃" }) })) as Value;
  if (output && !survey) {
    const sums = sumsBehind(output, conditioned);
    reportRows(recorder, surveySums(sums), scores.axes[0], conventions.emptyRow);
  }
  if (isKept && parts.logSumExp) recordLogSumExp(recorder, conditioned, weights);
  const measures = isKept
    ? recordRowMeasures(recorder, weights)
    : recordUnkeptMeasures(recorder, { scores: conditioned, weights, output });
  return { softmax, weights, output, measures };
}

/** ln Σ e^s of each row of scores: the pass that makes the output leaves them as well. n×1. */
function sumsBehind(output: Ref, scores: Ref): Matrix {
  output.output();
  return fuseLogSumExp([scores]) ?? rowLogSumExp.compute([scores.output()], undefined);
}

/** Cells above which scores that a kernel makes are not looked at before. */
const MOST_LOOKED_AT = 100 * 100;

/** Scores that are never made, since the kernel makes the output without them. */
function isLargeAndFused(scores: Ref): boolean {
  return scores.shape.rows * scores.shape.cols > MOST_LOOKED_AT && canFuse(scores);
}
