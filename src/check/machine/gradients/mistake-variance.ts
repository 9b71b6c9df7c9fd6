import { addTo, createMatrix, type Matrix, rowsOf, transpose } from "../../../math/matrix.js";
import { multiply } from "../../../math/product.js";
import type { RoundingModel } from "../expected-error.js";
import { squared } from "../expected-steps.js";
import { type BackwardRows, backwardRows, workRows } from "./backward-rows.js";
import { sharesQueries } from "./block-errors.js";
import type { HeadErrors } from "./head-errors.js";
import { basisOf, factsOf, type HeadFacts } from "./head-facts.js";
import type {
  ChangedFactors,
  Contribution,
  GradientVariant,
  Part,
  ReplayedGradients,
  ReplayedHead,
  ReplayedHeads,
} from "./mistakes/gradient-mistake.js";
import { gatherWith } from "./mistakes/groups.js";
import { cellErrors, errorsOfRow } from "./row-errors.js";
import { sumShort } from "./short-sums.js";

// Estimates the variance of a gradient that contains a mistake, from the mistake's own n×m numbers. It is needed if the
// variance of the right gradient is too small for it: the weights of a mistake may be larger than 1, and its rows may
// be in other places ("Causes" in docs/precision.md).

/** Estimates the mean square errors of the gradients that a mistake gives, by heads, before they are stored. */
export function mistakeVariance(
  variant: GradientVariant,
  all: ReplayedHeads,
  errors: readonly HeadErrors[],
  rounding: RoundingModel,
  hasBias: boolean,
): ReplayedGradients {
  const { rows } = all.heads[0].task.query;
  const bias = hasBias ? createMatrix(rows, all.heads[0].task.key.rows) : undefined;
  const given = all.heads.map((head, index) => ofHead(variant, head, all, errors[index], rounding, bias));
  const gathered = { ...(variant.gather?.(given, all) ?? gatherWith(given, all)), bias };
  return variant.finish?.(gathered, all) ?? gathered;
}

function ofHead(
  variant: GradientVariant,
  head: ReplayedHead,
  all: ReplayedHeads,
  errors: HeadErrors,
  rounding: RoundingModel,
  bias: Matrix | undefined,
): Contribution {
  const right = errors.core(rounding);
  const { query, key, value } = head.task;
  const usual: Contribution = {
    query: { rows: query.rows, cols: query.cols, data: right.query.slice() },
    key: { rows: key.rows, cols: key.cols, data: right.key.slice() },
    value: { rows: key.rows, cols: value.cols, data: right.value.slice() },
  };
  if (variant.sums) addDoubts(head, variant.sums, usual);
  if (!variant.change) return usual;
  const task = variant.task?.(head, all) ?? head.task;
  const facts = factsOf(
    basisOf({ task, gradient: head.gradient }),
    errors.facts(rounding).errorTerms,
    errors.facts(rounding),
  );
  for (const rows of backwardRows(facts.head, variant.needsAllRows ? query.rows : undefined)) {
    const changed = variant.change(rows, { ...head, task });
    addRows(facts, rows, changed, usual);
    if (bias) {
      const weights = weightsOfErrors(changed, rows);
      const { errors: ofBias } = ofCells(facts, rows, changed.ofBias ?? rows.dScores, weights);
      addTo(rowsOf(bias, rows), ofBias);
    }
  }
  return usual;
}

/** Adds the error of accumulators in a short type, whose sums may have been rounded the other way. */
function addDoubts(
  head: ReplayedHead,
  sums: NonNullable<GradientVariant["sums"]>,
  { query, key, value }: Contribution,
): void {
  const { task, gradient } = head;
  const rows = workRows(head, 0, task.query.rows);
  const changes = transpose(rows.dScaled);
  const square = task.scale ** 2;
  const ofPart = (part: Part, left: Matrix, right: Matrix, total: Matrix, factor: number) => {
    if (!sums.parts.includes(part)) return;
    const errors = total.data.map((own) => own / factor);
    const { doubts } = sumShort(left, right, sums, errors);
    if (doubts) addTo(total, { data: doubts }, factor);
  };
  ofPart("query", rows.dScaled, task.key, query, square);
  ofPart("key", changes, task.query, key, square);
  ofPart("value", transpose(rows.kept), gradient, value, 1);
}

/** Adds the errors of what a mistake changes in some rows. */
function addRows(
  facts: HeadFacts,
  rows: BackwardRows,
  changed: ChangedFactors,
  { query, key, value }: Contribution,
): void {
  const { task, gradient } = facts.head;
  const { squares } = facts;
  const { queryFactor = task.scale, keyFactor = task.scale, read = {} } = changed;
  const squaresOf = (part: Part, usual: Matrix) => (read[part] ? squared(read[part]) : usual);
  const weights = weightsOfErrors(changed, rows);
  const ofQuery = ofCells(facts, rows, changed.ofQuery ?? rows.dScaled, weights);
  const ofKey = ofCells(facts, rows, changed.ofKey ?? rows.dScaled, weights);
  const ofValue = ofCells(facts, rows, changed.ofValue ?? rows.kept, undefined);
  addTo(rowsOf(query, rows), multiply(ofQuery.errors, squaresOf("query", squares.key)), queryFactor ** 2);
  const means = multiply(weights, read.query ?? task.key);
  for (let at = 0; at < means.data.length; at++) {
    const row = Math.floor(at / means.cols);
    query.data[rows.first * means.cols + at] += queryFactor ** 2 * ofQuery.delta[row] * means.data[at] ** 2;
  }
  addTo(
    key,
    multiply(transpose(ofKey.errors), rowsOf(squaresOf("key", squares.query), rows)),
    keyFactor ** 2,
  );
  addTo(value, multiply(transpose(ofValue.errors), rowsOf(squared(read.value ?? gradient), rows)));
}

/** Returns the weights that dP and δ are multiplied by. With dropout: the weights before it. */
const weightsOfErrors = (
  { errorWeights, ofValue }: ChangedFactors,
  { factors, weights }: BackwardRows,
): Matrix => errorWeights ?? (factors ? weights : (ofValue ?? weights));

/**
 * Estimates the errors of n×m numbers that are weights times something. The relative error of a weight grows with its
 * exponent, which is the logarithm of the weight.
 */
function ofCells(facts: HeadFacts, rows: BackwardRows, numbers: Matrix, weights: Matrix | undefined) {
  const { sums, short, unit } = facts.errorTerms;
  const { cols } = numbers;
  const size = facts.head.task.query.cols;
  const ofExponent = sums * (Math.sqrt(size) / 3 + 3) + (sharesQueries(facts) ? unit : 0);
  const constant = 6 * short + sums ** 2 * (4 + rows.scores.cols / 6);
  const errors = createMatrix(rows.count, cols);
  const delta = new Float64Array(rows.count);
  const buffers = cellErrors(rows.scores.cols);
  for (let row = 0; row < rows.count; row++) {
    delta[row] = weights ? errorsOfRow(facts, rows, row, buffers).delta : 0;
    const left = Math.abs(rows.logSumExp[row]);
    for (let j = 0, at = row * cols; j < cols; j++, at++) {
      const weight = weights ? weights.data[at] : numbers.data[at];
      const power = weight > 0 ? Math.abs(Math.log(weight)) : 0;
      const relative = (ofExponent * (power + 2 * left + 1)) ** 2 + constant;
      errors.data[at] = numbers.data[at] ** 2 * relative;
      if (weights) errors.data[at] += weight ** 2 * (buffers.dWeights[j] + delta[row]);
    }
  }
  return { errors, delta };
}
