import { isBlocked } from "../../math/blocked.js";
import { squaresOf, upTo } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { powersOf, scoresOfRow } from "./row-scores.js";
import type { Task } from "./task.js";

/** The keys low ≤ j < high. */
export interface KeyRange {
  readonly low: number;
  readonly high: number;
}

/** A row that was examined: the keys that it may attend to, and the range that it used, if one was found. */
export interface RowKeys {
  readonly row: number;
  readonly expected: KeyRange;
  readonly seen?: KeyRange;
  /** The keys that were added or left out, if no range explains the row. */
  readonly changed?: readonly number[];
}

const MAX_FEATURES = 16;

/** In rows with more keys than this, fewer first keys are tried. */
const MAX_SEARCHED = 1024;

/**
 * Finds which range of keys the output of a row used. Let P_j = Σ_{i<j} e^s_i v_i and Z_j = Σ_{i<j} e^s_i. The range is
 * the one whose (P_high − P_low) / (Z_high − Z_low) is closest to the output. It counts if `isMadeOf` accepts it.
 */
export function readKeys(
  task: Task,
  row: number,
  got: Float64Array,
  isMadeOf: (range: KeyRange) => boolean,
): RowKeys {
  const expected = expectedRange(task, row);
  const best = bestRange(task, row, got);
  const seen = best && { low: best.low, high: best.high };
  return seen && isMadeOf(seen) ? { row, expected, seen } : { row, expected };
}

/** A range of keys, and the distance of its attention from a row: squared, relative to the sum of the row's squares. */
export interface FoundRange extends KeyRange {
  readonly off: number;
}

/**
 * Finds the range of keys whose attention is closest to a row of an output. Returns undefined if no range gives a
 * number.
 */
export function bestRange(task: Task, row: number, got: Float64Array): FoundRange | undefined {
  const unmasked = scoresOfRow({ ...task, blocked: undefined }, row);
  const { powers } = powersOf(unmasked);
  const features = Math.min(MAX_FEATURES, task.value.cols);
  const sums = runningSums(powers, task.value, features);
  let best: { readonly low: number; readonly high: number; readonly off: number } | undefined;
  for (const low of firstKeys(task.key.rows, expectedRange(task, row))) {
    const found = bestEnd(sums, low, got, features, best?.off ?? Number.POSITIVE_INFINITY);
    if (found && (!best || found.off < best.off)) best = { low, ...found };
  }
  const squares = squaresOf(got.subarray(0, features));
  return best && { ...best, off: best.off / squares };
}

/** Returns the range from the first to the last key that a row may attend to. */
export function expectedRange({ blocked, key }: Task, row: number): KeyRange {
  if (!blocked) return { low: 0, high: key.rows };
  if (!blocked.cells && blocked.numRuled === key.rows) {
    const [low, high] = [blocked.low[row], blocked.high[row]];
    return low < high ? { low, high } : { low: key.rows, high: key.rows };
  }
  let [low, high] = [0, key.rows];
  while (low < high && isBlocked(blocked, row, low)) low++;
  while (high > low && isBlocked(blocked, row, high - 1)) high--;
  return { low, high };
}

/** Extends a range of keys to whole tiles. */
export const inWholeTiles = ({ low, high }: KeyRange, tile: number): KeyRange =>
  low < high ? { low: Math.floor(low / tile) * tile, high: Math.ceil(high / tile) * tile } : { low, high };

/** Returns Z and P of the keys before each key: Z at index 0 of its row, P after it. */
export function runningSums(powers: Float64Array, { cols, data }: Matrix, features: number): Float64Array {
  const width = features + 1;
  const sums = new Float64Array((powers.length + 1) * width);
  for (let j = 0; j < powers.length; j++) {
    const at = (j + 1) * width;
    sums[at] = sums[at - width] + powers[j];
    for (let c = 0; c < features; c++) {
      sums[at + 1 + c] = sums[at - width + 1 + c] + powers[j] * data[j * cols + c];
    }
  }
  return sums;
}

/**
 * Returns the first keys to try: all of them in a short row. In a long row, those near the expected one and those at
 * every 64th key.
 */
function firstKeys(keys: number, { low }: KeyRange): number[] {
  const all = upTo(keys);
  const tried = keys <= MAX_SEARCHED ? all : all.filter((key) => Math.abs(key - low) <= 4 || key % 64 === 0);
  // The likeliest key comes first. Ranges that are farther off than the best so far are dropped early.
  return [low, ...tried.filter((key) => key !== low)];
}

/** Finds the end that brings a range from `low` closest to the row, if its squared distance is below `least`. */
export function bestEnd(sums: Float64Array, low: number, got: Float64Array, features: number, least: number) {
  const width = features + 1;
  const keys = sums.length / width - 1;
  let best: { readonly high: number; readonly off: number } | undefined;
  let limit = least;
  for (let high = low + 1; high <= keys; high++) {
    const total = sums[high * width] - sums[low * width];
    if (total <= 0) continue;
    let off = 0;
    for (let c = 1; c <= features; c++) {
      off += ((sums[high * width + c] - sums[low * width + c]) / total - got[c - 1]) ** 2;
      if (off >= limit) break;
    }
    if (!(off < limit)) continue;
    best = { high, off };
    limit = off;
  }
  return best;
}

/** A rule that gives the range of keys of each row. */
export interface RangeRule {
  /** The rule as text, for example "0…i+1". */
  readonly text: string;
  readonly first: EndRule;
  readonly last: EndRule;
  rangeOf(row: number): KeyRange;
}

interface RowRange {
  readonly row: number;
  readonly range: KeyRange;
}

/**
 * Finds a rule that gives the ranges of all rows. Returns undefined if there is no rule. A rule is cut off at the first
 * and the last key.
 */
export function ruleOf(rows: readonly RowRange[], numKeys: number): RangeRule | undefined {
  const low = endRule(
    rows.map(({ row, range }) => [row, range.low]),
    (value) => Math.max(0, value),
    0,
  );
  const high = endRule(
    rows.map(({ row, range }) => [row, range.high - 1]),
    (value) => Math.min(numKeys - 1, value),
    numKeys - 1,
  );
  return (
    low &&
    high && {
      text: `${low.text}…${high.text}`,
      first: low,
      last: high,
      rangeOf: (row) => ({ low: low.of(row), high: high.of(row) + 1 }),
    }
  );
}

/**
 * The rule for the first or the last key of each row: at a fixed distance from the row, or the same key in all rows.
 */
interface EndRule {
  readonly text: string;
  readonly offset?: number;
  of(row: number): number;
}

function endRule(
  ends: readonly (readonly [row: number, end: number])[],
  clip: (value: number) => number,
  limit: number,
): EndRule | undefined {
  const free = ends.find(([, end]) => end !== limit);
  if (!free) return { text: String(limit), of: () => limit };
  const [row, end] = free;
  const offset = end - row;
  if (ends.length > 1 && ends.every(([own, other]) => other === clip(own + offset))) {
    const sign = offset > 0 ? "+" : "−";
    return {
      text: offset === 0 ? "i" : `i${sign}${Math.abs(offset)}`,
      offset,
      of: (own) => clip(own + offset),
    };
  }
  return ends.every(([, other]) => other === end) ? { text: String(end), of: () => end } : undefined;
}
