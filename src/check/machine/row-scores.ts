import { type BlockedKeys, isBlocked } from "../../math/blocked.js";
import { type Matrix, rowOf } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import type { Task } from "./task.js";

// The scores of single rows of a kernel's work, and their exponentials.

/** Rows of products that were worked out, as long as there are the matrices that they are of. */
const products = new WeakMap<Matrix, WeakMap<Matrix, Map<number, Float64Array>>>();

/** Mistakes are tried on a few rows, over and over. */
const MOST_REMEMBERED = 64;

/** q·k of one query with every key. */
export function productsOfRow({ query, key }: Pick<Task, "query" | "key">, row: number): Float64Array {
  const ofQuery = remember(products, query, () => new WeakMap<Matrix, Map<number, Float64Array>>());
  const ofKey = remember(ofQuery, key, () => new Map<number, Float64Array>());
  const known = ofKey.get(row);
  if (known) return known;
  const made = multiplyRow(query, key, row);
  if (ofKey.size < MOST_REMEMBERED) ofKey.set(row, made);
  return made;
}

function multiplyRow(query: Matrix, key: Matrix, row: number): Float64Array {
  const size = query.cols;
  const start = row * size;
  const [q, k] = [query.data, key.data];
  const made = new Float64Array(key.rows);
  for (let j = 0; j < key.rows; j++) {
    let sum = 0;
    for (let c = 0; c < size; c++) sum += q[start + c] * k[j * size + c];
    made[j] = sum;
  }
  return made;
}

const norms = new WeakMap<Matrix, Float64Array>();

/** Below it a float64 loses digits to the least number that it has. */
const LEAST_SQUARE = 2 ** -960;

/** ‖·‖ of each row. */
export const rowNorms = (matrix: Matrix): Float64Array =>
  remember(norms, matrix, () => {
    const { rows, cols, data } = matrix;
    const sums = new Float64Array(rows);
    for (let row = 0, at = 0; row < rows; row++) {
      let sum = 0;
      for (let col = 0; col < cols; col++, at++) sum += data[at] * data[at];
      sums[row] = sum;
    }
    // Squares overflow and vanish sooner than norms do.
    return sums.map((sum, row) =>
      sum > LEAST_SQUARE && sum < Number.POSITIVE_INFINITY
        ? Math.sqrt(sum)
        : Math.hypot(...rowOf(matrix, row)),
    );
  });

/** A cell of a matrix that has a row for each query, or one for all. */
export const cellFor = ({ rows, cols, data }: Matrix, row: number, col: number): number =>
  data[(rows === 1 ? 0 : row) * cols + col];

/** The scores of a row as they enter the softmax: −∞ where the query may not attend. */
export function scoresOfRow(task: Task, row: number, products = productsOfRow(task, row)): Float64Array {
  const { bias, blocked, scale } = task;
  const scores = products.slice();
  for (let j = 0; j < scores.length; j++) {
    scores[j] = capped(task, scores[j] * scale) + (bias ? cellFor(bias, row, j) : 0);
  }
  if (blocked) block(scores, blocked, row);
  return scores;
}

/** The scores of a row with every key. */
export const unmaskedScores = (task: Task, row: number): Float64Array =>
  scoresOfRow({ ...task, blocked: undefined }, row);

/** Puts −∞ where a query may not attend. */
function block(scores: Float64Array, blocked: BlockedKeys, row: number): void {
  const { low, high, numRuled, cells } = blocked;
  scores.fill(Number.NEGATIVE_INFINITY, 0, Math.min(low[row], numRuled));
  scores.fill(Number.NEGATIVE_INFINITY, high[row], numRuled);
  for (let j = low[row]; cells && j < high[row]; j++) {
    if (isBlocked(blocked, row, j)) scores[j] = Number.NEGATIVE_INFINITY;
  }
}

/** C·tanh(s/C), where there is a C. */
export const capped = ({ softcap }: Pick<Task, "softcap">, score: number): number =>
  softcap === undefined ? score : softcap * Math.tanh(score / softcap);

/** e^(s − maximum) of a row and their sum; all zero where every score is −∞. */
export interface Powers {
  readonly powers: Float64Array;
  readonly maximum: number;
  readonly sum: number;
}

/** The exponentials of a row of scores. */
export function powersOf(scores: Float64Array): Powers {
  let maximum = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < scores.length; j++) if (scores[j] > maximum) maximum = scores[j];
  const powers = new Float64Array(scores.length);
  let sum = 0;
  if (maximum === Number.NEGATIVE_INFINITY) return { powers, maximum, sum };
  for (let j = 0; j < scores.length; j++) {
    powers[j] = Math.exp(scores[j] - maximum);
    sum += powers[j];
  }
  return { powers, maximum, sum };
}
