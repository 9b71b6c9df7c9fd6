import { squaresOf } from "../../../math/lists.js";
import { rowOf } from "../../../math/matrix.js";
import type { Task } from "../task.js";
import { spread } from "../where.js";
import type { Dump, KernelMistake, SearchContext, Variant } from "./kernel-mistake.js";

// Sums over tiles of keys, used to find what a tile did to a row.

/** The right formula for every sum over keys. */
export const EACH_ONCE = "o_i = Σ_j α_ij v_j over all keys j that the query may attend to, each once";

/** Returns the factor that brings `row` closest to `wanted`. */
export function factorBetween(wanted: Float64Array, row: Float64Array): number {
  let [both, own] = [0, 0];
  for (let c = 0; c < row.length; c++) {
    both += wanted[c] * row[c];
    own += row[c] ** 2;
  }
  return both / own;
}

/** Returns Σ_j power_j · value_j in one column. */
export function weighedIn({ value: { cols, data } }: Task, powers: Float64Array, col: number): number {
  let sum = 0;
  for (let j = 0; j < powers.length; j++) sum += powers[j] * data[j * cols + col];
  return sum;
}

/** Returns Σ (made − dumped)² over the first columns of a row. Stops when it reaches the limit. */
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

/** The maximum number of columns in which rows are compared. */
export const FEATURES = 16;

/**
 * Returns the `most` items with the smallest numbers, the smallest first. `of` may stop as soon as a number reaches the
 * limit.
 */
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

/** The maximum squared distance, as a share of the row's squares. A variant farther away is wrong in any precision. */
export const MAX_RELATIVE_DISTANCE = 0.02;

/** Returns the few variants that bring a wrong row, by default the last one, closest to the dump. */
export function nearestWays(
  { dump, isOver }: SearchContext,
  ways: Iterable<Variant>,
  most: number,
  row = dump?.wrongRows.at(-1),
): readonly Variant[] {
  if (!dump || row === undefined) return [];
  const { task } = dump;
  const got = rowOf(dump.got, row);
  return leastOf(ways, most, ({ make }, limit) => {
    if (isOver?.()) return Number.POSITIVE_INFINITY;
    const made = make(task, row);
    const output = made?.sample?.() ?? made?.output;
    if (!output) return Number.POSITIVE_INFINITY;
    const least = Math.min(limit, MAX_RELATIVE_DISTANCE * squaresOf(got.subarray(0, output.length)));
    const distance = distanceTo(got, output.length, (c) => output[c], least);
    return distance < least ? distance : Number.POSITIVE_INFINITY;
  });
}

const MAX_TRIED = 4;

/** Chooses two wrong rows to search in. One row may not see all keys. */
export const rowsToSearch = ({ wrongRows }: Dump): readonly number[] => spread(wrongRows, 3).slice(0, 2);

/** Returns the ways that bring two wrong rows closest to the dump. */
export function nearestInTwoRows(given: SearchContext, ways: readonly Variant[]): readonly Variant[] {
  const rows = given.dump ? rowsToSearch(given.dump) : [];
  return [...new Set(rows.flatMap((row) => nearestWays(given, ways, MAX_TRIED, row)))];
}

/** Returns those of the ways which a mistake may be made in that bring two wrong rows closest to the dump. */
export const nearestOf =
  (ways: (given: SearchContext) => Iterable<Variant>): KernelMistake["variants"] =>
  (given) =>
    nearestInTwoRows(given, Array.from(ways(given)));
