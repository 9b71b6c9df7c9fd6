import { refuseAs, setting } from "../errors.js";
import { present } from "../math/lists.js";
import { multiplyCells } from "../ops/elementwise.js";
import { fuseLogSumExp, skipsScores, surelyHasWeights, weightedSum } from "../ops/fused-attention.js";
import { gaussian } from "../ops/local.js";
import { columnSums, rowSums } from "../ops/product.js";
import { exponentials, LARGEST_PLAIN_SCORE, normalizeRows } from "../ops/softmax.js";
import { relativeEntropy, rowArgmax, rowLogSumExp, rowMaximum } from "../ops/summary.js";
import type { AttendSettings } from "./attend-settings.js";
import {
  type Conditioning,
  emptyRowsOf,
  type GivenDropout,
  recordConditioning,
  recordDropped,
  recordMasked,
  settleConventions,
  settleDropout,
} from "./conventions.js";
import type { Problem } from "./problem.js";
import { numbersOf, type RecordOptions, type Ref, record, recorder, stateStream } from "./recorder.js";
import { type GivenRefs, type Roles, requireRoles, requireValuePerKey } from "./roles.js";
import { reportFill, reportRows, surveyScores, surveySums } from "./row-reports.js";
import { scoringOf } from "./scoring/registry.js";
import { requireInputs } from "./scoring/scoring.js";
import { requireShapes } from "./shapes.js";

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
  readonly conventions: Conditioning;
  readonly dropout?: GivenDropout | undefined;
  readonly settings: Readonly<AttendSettings>;
  /** Whether to record the log-sum-exp of each row, if the weights are kept. */
  readonly logSumExp?: boolean | undefined;
  /** The name of the step with the weighted sum of the values. */
  readonly as: "output" | "context";
}

/**
 * Records one attention: scale, softcap, bias, mask, softmax, weighted sum, and measures of each row (Vaswani et al.
 * 2017, eq. 1). Warns about rows without valid weights. Throws SHAPE_MISMATCH, and EMPTY_ROW if `emptyRow` is "error".
 */
export function recordAttention<Value extends Ref | undefined>(parts: AttentionParts<Value>) {
  const { scores, biases, value, alignedPositions, conventions, settings, logSumExp, as } = parts;
  const { numbers } = recorder;
  const conditioned = recordConditioning(scores, conventions, biases);
  // If a kernel computes the output without the scores and nobody looks at them, they are not computed.
  const isMade = !value || !skipsScores(conditioned, numbers);
  const survey = isMade ? surveyScores(conditioned, conventions) : undefined;
  if (survey) reportRows(survey, scores.axes[0], conventions.emptyRow);
  const softmax = recordSoftmax(conditioned, conventions, {
    isShifted: survey?.needsShift ?? true,
    as: alignedPositions ? "align" : "weights",
  });
  reportFill(conditioned, softmax, conventions);
  const weights = alignedPositions
    ? recordLocalWeights(softmax, alignedPositions, conventions, settings)
    : softmax;
  const summed = parts.dropout ? recordDropped(weights, parts.dropout) : weights;
  if (value) requireShapes([summed, "n", "m"], [value, "m", "d_v"]);
  const output = (value && record(as, weightedSum, [summed, value])) as Value;
  if (output && !survey && !surelyHasWeights(conditioned, numbers)) {
    const sums = rowLogSums(output, conditioned);
    reportRows(surveySums(sums), scores.axes[0], conventions.emptyRow);
  }
  if (!numbers.keeps(weights)) stateStream();
  return {
    /** n×m. The same as the weights, except for local attention, whose weights are computed from it. */
    softmax,
    /** n×m */
    weights,
    /** n×d_v. Undefined without a value. */
    output,
    measures: recordRowMeasures(conditioned, weights, output, logSumExp),
  };
}

/**
 * Computes ln Σ e^s of each row of scores, n×1. The output is computed first, because its kernel pass also leaves these
 * sums.
 */
function rowLogSums(output: Ref, scores: Ref) {
  numbersOf(output);
  return fuseLogSumExp(scores, recorder.numbers) ?? rowLogSumExp.compute([numbersOf(scores)], undefined);
}

/**
 * Records the softmax of each row as three steps: `exponentials`, `row-sums`, and `weights` (or `align`, if weights are
 * computed from it). n×m → n×m. Masked cells vanish according to `fill`; rows with only −∞ follow `emptyRow`.
 */
function recordSoftmax(
  scores: Ref,
  conventions: Conditioning,
  { isShifted, as }: { readonly isShifted: boolean; readonly as: "weights" | "align" },
) {
  const blocked = conventions.mask?.cells;
  const unmasked = record(
    "exponentials",
    exponentials,
    [scores],
    { isShifted },
    {
      formula: isShifted ? "E = e^(s − row maximum)" : "E = e^s",
      blocked,
      notes: isShifted ? [SHIFTED] : [],
    },
  );
  const powers = recordMasked(unmasked, "exponentials", conventions);
  const sums = record("row-sums", rowSums, [powers]);
  return record(as, normalizeRows, [powers, sums], emptyRowsOf(conventions), { blocked });
}

const SHIFTED = `a score is beyond ±${LARGEST_PLAIN_SCORE}, so the row maximum is subtracted first; the weights are the same`;

/** One attention, its scores and its conventions. */
export type ScoredAttention = ReturnType<typeof recordScoredAttention>;

/**
 * Records one attention from its scores on, which are given or computed by the scoring in use. `unprojected` are the
 * roles before their projection. Throws like recordAttend.
 */
export function recordScoredAttention(
  problem: Problem,
  refs: GivenRefs,
  roles: Roles,
  unprojected: Roles,
  { logSumExp }: RecordOptions = {},
) {
  const { settings } = problem;
  if (refs.scores) requireNoVectors(roles);
  const scores = refs.scores ?? recordScores(roles, refs, settings);
  requireValuePerKey(unprojected);
  const alignedPositions = recordAlignedPositions(refs, roles, settings);
  const conventions = settleConventions(problem, refs, {
    numQueries: scores.shape.rows,
    numKeys: scores.shape.cols,
    alignedPositions: alignedPositions && numbersOf(alignedPositions),
    dK: roles.key?.shape.cols,
  });
  const recorded = recordAttention({
    scores,
    biases: present([refs.bias]),
    value: roles.value,
    alignedPositions,
    conventions,
    dropout: settleDropout(refs.dropoutMask, settings),
    settings,
    logSumExp,
    as: "output",
  });
  return { ...recorded, scores, conventions };
}

/** Records the position that each query looks at, for a local scoring. */
function recordAlignedPositions(refs: GivenRefs, { query, key }: Roles, settings: AttendSettings) {
  if (!query || !key) return undefined;
  return scoringOf(settings).recordAlignedPositions?.(
    scoringInputs({ query, key }, refs, settings),
    settings,
  );
}

/** Throws CONFLICTING_INPUTS if there are queries or keys beside given scores. */
function requireNoVectors({ query, key }: Roles) {
  if (!query && !key) return;
  refuseAs(
    "CONFLICTING_INPUTS",
    `Both scores and ${query ? "query" : "key"} are given.`,
    "Scores replace query and key; give one or the other.",
  );
}

/** Records the scores of the scoring in use. Throws MISSING_INPUT and SHAPE_MISMATCH. */
export function recordScores(roles: Roles, refs: GivenRefs, settings: Problem["settings"]): Ref {
  const hint = "Give query and key (and value), or x for self-attention, or scores.";
  const vectors = requireRoles(roles, ["query", "key"], hint);
  const scoring = scoringOf(settings);
  const inputs = scoringInputs(vectors, refs, settings);
  requireInputs(scoring, inputs);
  return scoring.record(inputs);
}

/** Returns the inputs of a scoring. */
function scoringInputs(
  { query, key }: Required<Pick<Roles, "query" | "key">>,
  { wa, ua, va }: GivenRefs,
  { layout }: Problem["settings"],
) {
  return { query, key, layout, parameters: { wa, ua, va } };
}

/** The recorded measures of the rows of some weights, n×1 each. `columnSums`, 1×m, only if the weights are kept. */
export type RowMeasures = ReturnType<typeof recordRowMeasures>;

/**
 * Records the measures of each row of weights: its strongest key, and how spread it is. Weights that are kept also have
 * their sums. Without them there is the log-sum-exp of the scores, and the measures are shown beside the output, if
 * there is one.
 */
function recordRowMeasures(scores: Ref, weights: Ref, output: Ref | undefined, logSumExp = false) {
  const isKept = recorder.numbers.keeps(weights);
  const of = isKept ? weights : (output ?? weights);
  if (!isKept || logSumExp) record("log-sum-exp", rowLogSumExp, [scores], undefined, { of });
  if (isKept) record("weight-sums", rowSums, [weights]);
  const sums = isKept && { columnSums: record("column-sums", columnSums, [weights]) };
  return {
    strongestKey: record("strongest-key", rowArgmax, [weights], undefined, {
      of,
      valuesOn: weights.axes[1],
    }),
    largestWeight: record("largest-weight", rowMaximum, [weights], undefined, { of }),
    entropy: record("entropy", relativeEntropy, [weights], undefined, { of }),
    ...sums,
  };
}

/**
 * Records the weights of local attention: α = align · e^(−(j − p)² / 2σ²), σ = D/2 (Luong et al. 2015, eq. 10). align:
 * n×m, aligned positions: n×1 → n×m. The rows then sum to less than 1. They are divided by their sum only if
 * `localRenormalize` is set.
 */
function recordLocalWeights(
  align: Ref,
  alignedPositions: Ref,
  conventions: Conditioning,
  { localWindow, localRenormalize }: AttendSettings,
) {
  const sigma = localWindow / 2;
  recorder.convention("localWindow", localWindow, `D = ${localWindow}, σ = D/2 = ${sigma}`);
  recorder.convention(
    "localRenormalize",
    localRenormalize,
    localRenormalize ? "local weights divided by their row's sum" : "local weights not renormalised",
  );
  const falloff = record(
    "falloff",
    gaussian,
    [alignedPositions],
    { cols: align.shape.cols, sigma },
    { axes: align.axes },
  );
  const blocked = conventions.mask?.cells;
  const parts = [align, falloff];
  if (!localRenormalize) {
    return record("weights", multiplyCells, parts, undefined, {
      formula: "α = align · fall-off",
      blocked,
      notes: [BELOW_ONE],
    });
  }
  const product = record("local-weights", multiplyCells, parts, undefined, { blocked });
  const sums = record("local-sums", rowSums, [product]);
  return record("weights", normalizeRows, [product, sums], emptyRowsOf(conventions), {
    formula: "α = local weights / Σ",
    blocked,
  });
}

const BELOW_ONE =
  "A row sums below 1: the softmax gives a sum of 1, and the fall-off reduces the weight of every key that is not exactly at p. " +
  `Luong et al. do not renormalise; ${setting("localRenormalize")} does.`;
