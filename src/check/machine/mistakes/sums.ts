import { runningSums } from "../keys-used.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import type { Task } from "../task.js";
import { lastWrongRow, type Suspicion, type Variant } from "./kernel-mistake.js";

// Sums over tiles of keys, from which is read off what a tile did to a row.

/** What is right of every sum over keys. */
export const EACH_ONCE = "o_i = Σ_j α_ij v_j over all keys j that the query may attend to, each once";

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
  /** Of the keys before each one: the sum of their exponentials, and behind it what they weigh in the first columns. */
  readonly running: Float64Array;
}

/** The partial sums of a row. */
export function sumsOf(task: Task, row: number): Sums {
  const { powers, sum } = powersOf(scoresOfRow(task, row));
  const features = Math.min(FEATURES, task.value.cols);
  const running = runningSums(powers, task.value, features);
  const width = features + 1;
  return { powers, sum, running, weighed: running.slice(powers.length * width + 1) };
}

/** The factor that brings one row nearest to another. */
export function factorBetween(wanted: Float64Array, row: Float64Array): number {
  let [both, own] = [0, 0];
  for (let c = 0; c < row.length; c++) {
    both += wanted[c] * row[c];
    own += row[c] ** 2;
  }
  return both / own;
}

/** Σ_j of powers times the values in one column. */
export function weighedIn({ value: { cols, data } }: Task, powers: Float64Array, col: number): number {
  let sum = 0;
  for (let j = 0; j < powers.length; j++) sum += powers[j] * data[j * cols + col];
  return sum;
}

/** Σ of the squares of numbers. */
export const squaresOf = (numbers: Float64Array) => numbers.reduce((sum, number) => sum + number ** 2, 0);

/** Σ (made − dumped)² of the first columns of a row; no farther than a limit. */
export function distanceTo(
  got: Float64Array,
  count: number,
  made: (col: number) => number,
  limit = Number.POSITIVE_INFINITY,
): number {
  let distance = 0;
  for (let c = 0; c < count && !(distance >= limit); c++) distance += (made(c) - got[c]) ** 2;
  return distance;
}

/** Rows are compared in so many columns. */
export const FEATURES = 16;

/** The few of many with the least of some number, the least first. Whoever works it out may stop at the limit that it is given. */
export function leastOf<One>(
  all: Iterable<One>,
  most: number,
  of: (one: One, limit: number) => number,
): readonly One[] {
  const least: { readonly one: One; readonly own: number }[] = [];
  for (const one of all) {
    const limit = least[most - 1]?.own ?? Number.POSITIVE_INFINITY;
    const own = of(one, limit);
    if (!(own < limit)) continue;
    const at = least.findIndex((other) => own < other.own);
    least.splice(at < 0 ? least.length : at, 0, { one, own });
    if (least.length > most) least.pop();
  }
  return least.map(({ one }) => one);
}

/** What is this share of its squares away did not give a row, in whatever precision. */
export const NEAR = 0.02;

/** The few of many ways with which the last wrong row comes closest to what was dumped. */
export function nearestWays({ dump }: Suspicion, ways: Iterable<Variant>, most: number): readonly Variant[] {
  if (!dump) return [];
  const { task, row, got } = lastWrongRow(dump);
  return leastOf(ways, most, ({ make }, limit) => {
    const made = make(task, row);
    const output = made?.sample?.() ?? made?.output;
    if (!output) return Number.POSITIVE_INFINITY;
    const least = Math.min(limit, NEAR * squaresOf(got.subarray(0, output.length)));
    const distance = distanceTo(got, output.length, (c) => output[c], least);
    return distance < least ? distance : Number.POSITIVE_INFINITY;
  });
}
