import { MAX_EXPONENT, SUM_OF_PRODUCTS } from "../expected-error.js";
import { roundTo } from "../float-types.js";
import type { BackwardRows } from "./backward-rows.js";
import type { HeadFacts } from "./head-facts.js";

// Estimates the variances (mean square errors) that start in one row: e² of each score, VP of each dP, and R, D and r,
// which all cells of the row share. The input is the row's exact numbers and the error terms of `error-terms.ts`.
// docs/precision.md, "Gradients", has the formulas.

/** Buffers with one number per key. Each row fills them again. */
export interface CellErrors {
  /** e²: of each score. */
  readonly scores: Float64Array;
  /** ε²: the part of it that comes from rounded scores, queries or keys. */
  readonly rounded: Float64Array;
  /** VP: of each dP. `errorsOfRow` leaves out what rounded inputs and an inexact dO add; `block-row.ts` adds it. */
  readonly dWeights: Float64Array;
}

/** Makes buffers for rows of this many keys. */
export const cellErrors = (keys: number): CellErrors => ({
  scores: new Float64Array(keys),
  rounded: new Float64Array(keys),
  dWeights: new Float64Array(keys),
});

/** The errors that all cells of a row share. */
interface RowErrors {
  /** R: the relative error of all weights of the row. Its part S comes from the scores. */
  readonly weights: number;
  /** D: the error of δ. */
  readonly delta: number;
  /**
   * r: the error of δ that rounding this very output causes, with its sign. Rows with the same output have the same r.
   */
  readonly shift: number;
}

/** Up to this x, seven terms of the series of e^x − 1 are exact to 12 digits, and much faster. */
const SMALL = 0.1;

/** Computes e^x − 1 for x ≥ 0, with x limited to MAX_EXPONENT. */
function lessOne(x: number): number {
  if (x > SMALL) return Math.expm1(Math.min(MAX_EXPONENT, x));
  return x * (1 + (x / 2) * (1 + (x / 3) * (1 + (x / 4) * (1 + (x / 5) * (1 + (x / 6) * (1 + x / 7))))));
}

/**
 * Fills in e² and ε² of the scores of row `row` of a block. Returns S = Σ e² P² and W = Σ e² dS², each with the errors
 * that rounded keys on one line have in common.
 */
function fillScores(
  facts: HeadFacts,
  rows: BackwardRows,
  row: number,
  { scores: ofScores, rounded: ofRounded }: CellErrors,
): readonly [ofWeights: number, ofChanges: number] {
  const { head, norms, projectionErrors, errorTerms, directions } = facts;
  const { scale, query, key } = head.task;
  const { sums, unit, isEager, roundsInputs } = errorTerms;
  const size = Math.abs(scale) * norms.query[rows.first + row];
  const [ofProducts, ofScore] = [SUM_OF_PRODUCTS * sums, sums * (Math.sqrt(query.cols) / 3 + 2)];
  const ofMade = (projectionErrors.query + projectionErrors.key) / query.cols;
  const isRounded = isEager || roundsInputs;
  const exponent = 3 * unit;
  const spread = 2 / Math.sqrt(query.cols);
  const { collinearity, signs } = roundsInputs ? directions.key() : { collinearity: 0, signs: undefined };
  const [scores, weights, changes] = [rows.scores.data, rows.weights.data, rows.dScores.data];
  const [ofKeys, keys] = [norms.key, key.rows];
  let [ofWeights, ofChanges, aside, asideChanges] = [0, 0, 0, 0];
  for (let j = 0, at = row * keys; j < keys; j++, at++) {
    const score = Math.abs(scores[at]);
    if (score === Number.POSITIVE_INFINITY) continue;
    const norm = size * ofKeys[j];
    const own = ofProducts * norm + ofScore * score;
    let square = own * own + ofMade * norm * norm;
    const [weight, change] = [weights[at], changes[at]];
    if (isRounded) {
      const short = lessOne(exponent * (score + spread * norm)) / 3;
      const rounded = (short * short) / 3;
      ofRounded[j] = rounded;
      square += rounded;
      if (signs) {
        const error = Math.sqrt(rounded) * signs[j];
        aside += weight * error;
        asideChanges += change * error;
      }
    }
    ofScores[j] = square;
    ofWeights += square * weight * weight;
    ofChanges += square * change * change;
  }
  return [ofWeights + collinearity * aside ** 2, ofChanges + collinearity * asideChanges ** 2];
}

/**
 * Fills in VP of a row, without what rounded inputs and an inexact dO add. Returns Q = Σ P² dP², and Σ P² times the
 * part of VP that comes from projected values (π).
 */
function fillChanges(
  facts: HeadFacts,
  rows: BackwardRows,
  row: number,
  { dWeights: into }: CellErrors,
): readonly [ofRow: number, ofMade: number] {
  const { head, norms, projectionErrors, errorTerms } = facts;
  const { key, value } = head.task;
  const { sums, short, isEager, floor } = errorTerms;
  const size = norms.gradient[rows.first + row];
  const [ofProducts, ofSum] = [SUM_OF_PRODUCTS * sums * size, (sums * Math.sqrt(value.cols)) / 3];
  const relative = sums ** 2 / 3 + (isEager ? short : 0);
  const constant = isEager ? floor : 0;
  const ofValue = (projectionErrors.value * size ** 2) / value.cols;
  const [scores, weights, changes] = [rows.scores.data, rows.weights.data, rows.dWeights.data];
  const [ofValues, keys, factors] = [norms.value, key.rows, rows.factors?.data];
  let [ofRow, ofMade] = [0, 0];
  for (let j = 0, at = row * keys; j < keys; j++, at++) {
    if (scores[at] === Number.NEGATIVE_INFINITY) continue;
    const change = changes[at];
    const factor = factors ? factors[at] : 1;
    const own = factor * ofProducts * ofValues[j] + ofSum * Math.abs(change);
    const projected = (factor * ofValues[j]) ** 2 * ofValue;
    into[j] = own * own + relative * change * change + constant + projected;
    // Dropout is one more product. It is rounded like the product before it.
    if (factors) into[j] += relative * change * change + constant * factor * factor;
    const square = weights[at] * weights[at];
    ofRow += square * change * change;
    ofMade += square * projected;
  }
  return [ofRow, ofMade];
}

/** Computes R, D and r of a row. Leaves the errors of its cells in the buffers. */
export function errorsOfRow(facts: HeadFacts, rows: BackwardRows, row: number, into: CellErrors): RowErrors {
  const [ofScores, ofScaled] = fillScores(facts, rows, row, into);
  const [changes, ofMade] = fillChanges(facts, rows, row, into);
  const { errorTerms, squares, norms, ofGradient, head } = facts;
  const { sums, short, storedShort, isEager, roundsInputs, outputType } = errorTerms;
  const { cols } = head.task.value;
  const at = (rows.first + row) * cols;
  let [norm, both, handed, shift] = [0, 0, 0, 0];
  for (let c = 0; c < cols; c++) {
    const output = rows.output.data[row * cols + c];
    const square = output ** 2;
    if (outputType) shift += head.gradient.data[at + c] * (roundTo(outputType, output) - output);
    norm += square;
    both += squares.gradient.data[at + c] * square;
    if (ofGradient) handed += ofGradient[at + c] * square;
  }
  const [dot, keys] = [Math.abs(rows.delta[row]), rows.keys[row]];
  const sum =
    SUM_OF_PRODUCTS * norms.gradient[rows.first + row] * Math.sqrt(norm) + (Math.sqrt(cols) / 3) * dot;
  const ofSums = sum ** 2 + (keys / 6) * changes + (keys / 9 + 1) * dot ** 2;
  const ofOutput = Math.max(short, storedShort) * (roundsInputs ? 2 : 1) * both;
  return {
    weights: ofScores + (sums ** 2 * (rows.logSumExp[row] ** 2 + keys / 3 + 4)) / 3,
    shift,
    delta:
      shift ** 2 +
      ofScaled +
      short * (isEager ? 2 : 1) * changes +
      ofOutput +
      ofMade +
      handed +
      sums ** 2 * ofSums,
  };
}
