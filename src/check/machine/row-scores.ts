import { type BlockedKeys, isBlocked } from "../../math/blocked.js";
import { type Matrix, rowOf } from "../../math/matrix.js";
import { dotRows } from "../../math/product.js";
import { remembered } from "../../math/remember.js";
import type { Task } from "./task.js";

// The scores of single rows of an attention, and their exponentials.

/** Computed rows of q·k, by query and key matrix. They are freed with their matrices. */
const products = remembered((_query: Matrix) =>
  remembered((_key: Matrix) => new Map<number, Float64Array>()),
);

/** The maximum number of rows that are kept. Mistakes are tried on the same few rows again and again. */
const MAX_REMEMBERED = 64;

/** Returns q·k of one query with every key. */
export function productsOfRow({ query, key }: Pick<Task, "query" | "key">, row: number): Float64Array {
  const ofKey = products(query)(key);
  const known = ofKey.get(row);
  if (known) return known;
  const made = new Float64Array(key.rows);
  const { cols } = query;
  // Four sums at a time: one alone would wait for each of its additions. Numbers after the last key are lost.
  for (let j = 0; j < key.rows; j += 4) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let k = 0, own = row * cols, at = j * cols; k < cols; k++, own++, at++) {
      const q = query.data[own];
      a += q * key.data[at];
      b += q * key.data[at + cols];
      c += q * key.data[at + 2 * cols];
      d += q * key.data[at + 3 * cols];
    }
    made[j] = a;
    made[j + 1] = b;
    made[j + 2] = c;
    made[j + 3] = d;
  }
  if (ofKey.size < MAX_REMEMBERED) ofKey.set(row, made);
  return made;
}

/** A sum of squares below this loses digits, because it is near the least float64. */
const MIN_SQUARE = 2 ** -960;

/** Returns the norm ‖·‖ of each row. */
export const rowNorms = remembered((matrix: Matrix) =>
  new Float64Array(matrix.rows).map((_, row) => normOfRow(matrix, row)),
);

/** Returns the norm of one row. `sum` is the sum of its squares. */
export function normOfRow(matrix: Matrix, row: number, sum = dotRows(matrix, row, matrix, row)): number {
  // The sum of squares may overflow or vanish although the norm does not.
  const isExact = sum > MIN_SQUARE && sum < Number.POSITIVE_INFINITY;
  return isExact ? Math.sqrt(sum) : Math.hypot(...rowOf(matrix, row));
}

/** Returns a cell of a matrix that has one row per query, or one row for all queries. */
export const cellFor = ({ rows, cols, data }: Matrix, row: number, col: number): number =>
  data[(rows === 1 ? 0 : row) * cols + col];

/** Returns the scores of a row that enter the softmax, with −∞ for masked keys. */
export function scoresOfRow(task: Task, row: number, products = productsOfRow(task, row)): Float64Array {
  const { bias, blocked, scale, softcap } = task;
  const scores = products.map((product) => product * scale);
  for (let j = 0; softcap !== undefined && j < scores.length; j++) scores[j] = capped(task, scores[j]);
  for (let j = 0; bias && j < scores.length; j++) scores[j] += cellFor(bias, row, j);
  if (blocked) block(scores, blocked, row);
  return scores;
}

/** Returns the scores of a row with every key, without the mask. */
export const unmaskedScores = (task: Task, row: number): Float64Array =>
  scoresOfRow({ ...task, blocked: undefined }, row);

/**
 * Returns the scores of a row that sees other keys. `isSeen` gets a key, and whether the row may attend to it (`isOwn`).
 */
export function scoresSeeing(
  task: Task,
  row: number,
  isSeen: (key: number, isOwn: boolean) => boolean,
): Float64Array {
  const { blocked } = task;
  return unmaskedScores(task, row).map((score, key) => {
    const isOwn = !blocked || !isBlocked(blocked, row, key);
    return isSeen(key, isOwn) ? score : Number.NEGATIVE_INFINITY;
  });
}

/** Returns the attention whose scores are q·k alone. */
export const unscaled = (task: Task): Task => ({ ...task, scale: 1, softcap: undefined, bias: undefined });

/** Writes −∞ to the scores of masked keys. */
function block(scores: Float64Array, blocked: BlockedKeys, row: number): void {
  const { low, high, numRuled, cells } = blocked;
  scores.fill(Number.NEGATIVE_INFINITY, 0, Math.min(low[row], numRuled));
  scores.fill(Number.NEGATIVE_INFINITY, high[row], numRuled);
  for (let j = low[row]; cells && j < high[row]; j++) {
    if (isBlocked(blocked, row, j)) scores[j] = Number.NEGATIVE_INFINITY;
  }
}

/** Returns C·tanh(s/C) if the task has a softcap C, else the score. */
export const capped = ({ softcap }: Pick<Task, "softcap">, score: number): number =>
  softcap === undefined ? score : softcap * Math.tanh(score / softcap);

/** The powers e^(s − maximum) of a row, and their sum. All are 0 if every score is −∞. */
export interface Powers {
  readonly powers: Float64Array;
  readonly maximum: number;
  readonly sum: number;
}

/** Returns the exponentials of a row of scores. */
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
