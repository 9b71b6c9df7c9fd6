import { powersOf, scoresOfRow } from "../rows.js";
import type { Task } from "../task.js";

// Sums over tiles of keys, from which is read off what a tile did to a row.

/** The keys first ≤ j < last. */
export interface Tile {
  readonly first: number;
  readonly last: number;
}

/** Partial sums of a row: of the exponentials, and of the values that they weigh. */
export interface Sums {
  readonly powers: Float64Array;
  readonly sum: number;
  readonly weighed: Float64Array;
  partial(tile: Tile): { readonly sum: number; readonly weighed: Float64Array };
}

/** The partial sums of a row. */
export function sumsOf(task: Task, row: number): Sums {
  const { powers, sum } = powersOf(scoresOfRow(task, row));
  const partial = ({ first, last }: Tile) => {
    const weighed = new Float64Array(Math.min(FEATURES, task.value.cols));
    let own = 0;
    for (let j = first; j < last; j++) {
      own += powers[j];
      for (let c = 0; c < weighed.length; c++)
        weighed[c] += powers[j] * task.value.data[j * task.value.cols + c];
    }
    return { sum: own, weighed };
  };
  const { weighed } = partial({ first: 0, last: powers.length });
  return { powers, sum, weighed, partial };
}

/** Rows are compared in so many columns. */
export const FEATURES = 16;
