import { SUM_OF_PRODUCTS } from "../expected-error.js";
import { roundTo } from "../float-types.js";
import type { HeadFacts } from "./head-facts.js";
import type { RowsBack } from "./rows-back.js";

// The mean square errors of what one row of an attention has in common, and of each of its cells: docs/precision.md has the formulas.

/** Buffers of one number a key, filled anew for each row. */
export interface CellErrors {
  /** e²: of each score. */
  readonly scores: Float64Array;
  /** ε²: the part of it that rounded scores, queries or keys make. */
  readonly rounded: Float64Array;
  /** Of each dP, without and with what rounded inputs make. */
  readonly dWeights: Float64Array;
}

/** Buffers for rows of so many keys. */
export const cellErrors = (keys: number): CellErrors => ({
  scores: new Float64Array(keys),
  rounded: new Float64Array(keys),
  dWeights: new Float64Array(keys),
});

/** What all cells of a row have in common. */
export interface RowErrors {
  /** R: relative, of all its weights; with S, which the scores make. */
  readonly weights: number;
  /** D: of δ. */
  readonly dots: number;
  /** The error of δ that rounding this very output makes: rows with the same output have the same one. */
  readonly shift: number;
}

/** Beyond it anything goes. */
const MOST_EXPONENT = 50;

/** Below it seven terms of the series of e^x − 1 are exact to 12 digits, and much sooner made. */
const SMALL = 0.1;

/** e^x − 1, of no more than MOST_EXPONENT. x ≥ 0. */
function lessOne(x: number): number {
  if (x > SMALL) return Math.expm1(Math.min(MOST_EXPONENT, x));
  return x * (1 + (x / 2) * (1 + (x / 3) * (1 + (x / 4) * (1 + (x / 5) * (1 + (x / 6) * (1 + x / 7))))));
}

/** Row `row` of a block: fills the errors of its scores, gives S and W = Σ e² P² and Σ e² dS². */
function fillScores(
  facts: HeadFacts,
  rows: RowsBack,
  row: number,
  { scores: ofScores, rounded: ofRounded }: CellErrors,
): readonly [ofWeights: number, ofChanges: number] {
  const { head, norms, made, roundings, lines } = facts;
  const { scale, query, key } = head.task;
  const { sums, unit, isEager, roundsInputs } = roundings;
  const size = Math.abs(scale) * norms.query[rows.first + row];
  const [ofProducts, ofScore] = [SUM_OF_PRODUCTS * sums, sums * (Math.sqrt(query.cols) / 3 + 2)];
  const ofMade = (made.query + made.key) / query.cols;
  const isRounded = isEager || roundsInputs;
  const exponent = 3 * unit;
  const spread = 2 / Math.sqrt(query.cols);
  const { lean, sides } = roundsInputs ? lines.key : { lean: 0, sides: undefined };
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
      if (sides) {
        const error = Math.sqrt(rounded) * sides[j];
        aside += weight * error;
        asideChanges += change * error;
      }
    }
    ofScores[j] = square;
    ofWeights += square * weight * weight;
    ofChanges += square * change * change;
  }
  return [ofWeights + lean * aside ** 2, ofChanges + lean * asideChanges ** 2];
}

/** The errors of dP of a row, but for what rounded inputs make; gives Q = Σ P² dP² and Σ P² of what products before it make. */
function fillChanges(
  facts: HeadFacts,
  rows: RowsBack,
  row: number,
  { dWeights: into }: CellErrors,
): readonly [ofRow: number, ofMade: number] {
  const { head, norms, made, roundings } = facts;
  const { key, value } = head.task;
  const { sums, short, isEager, floor } = roundings;
  const size = norms.gradient[rows.first + row];
  const [ofProducts, ofSum] = [SUM_OF_PRODUCTS * sums * size, (sums * Math.sqrt(value.cols)) / 3];
  const relative = sums ** 2 / 3 + (isEager ? short : 0);
  const constant = isEager ? floor : 0;
  const ofValue = (made.value * size ** 2) / value.cols;
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
    // Dropout is one more product, which is rounded like the one before.
    if (factors) into[j] += relative * change * change + constant * factor * factor;
    const square = weights[at] * weights[at];
    ofRow += square * change * change;
    ofMade += square * projected;
  }
  return [ofRow, ofMade];
}

/** What a row has in common, with the errors of its cells in the buffers. */
export function errorsOfRow(facts: HeadFacts, rows: RowsBack, row: number, into: CellErrors): RowErrors {
  const [ofScores, ofScaled] = fillScores(facts, rows, row, into);
  const [changes, ofMade] = fillChanges(facts, rows, row, into);
  const { roundings, squares, norms, ofGradient, head } = facts;
  const { sums, short, storedShort, isEager, roundsInputs, outputType } = roundings;
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
  const [dot, keys] = [Math.abs(rows.dots[row]), rows.keys[row]];
  const sum =
    SUM_OF_PRODUCTS * norms.gradient[rows.first + row] * Math.sqrt(norm) + (Math.sqrt(cols) / 3) * dot;
  const ofSums = sum ** 2 + (keys / 6) * changes + (keys / 9 + 1) * dot ** 2;
  const ofOutput = Math.max(short, storedShort) * (roundsInputs ? 2 : 1) * both;
  return {
    weights: ofScores + (sums ** 2 * (rows.logSumExp[row] ** 2 + keys / 3 + 4)) / 3,
    shift,
    dots:
      shift ** 2 +
      ofScaled +
      short * (isEager ? 2 : 1) * changes +
      ofOutput +
      ofMade +
      handed +
      sums ** 2 * ofSums,
  };
}
