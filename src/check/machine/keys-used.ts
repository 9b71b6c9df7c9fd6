import { isBlocked } from "../../math/blocked.js";
import type { Matrix } from "../../math/matrix.js";
import { powersOf, scoresOfRow } from "./row-scores.js";
import type { Task } from "./task.js";

/** The keys low ≤ j < high. */
export interface KeyRange {
  readonly low: number;
  readonly high: number;
}

/** A row that was looked at: which keys it may attend to, and which its output was made of, where a range gives it. */
export interface RowKeys {
  readonly row: number;
  readonly expected: KeyRange;
  readonly seen?: KeyRange;
  /** The keys by which those that it was made of differ from the expected ones, where no range gives it. */
  readonly changed?: readonly number[];
}

const MOST_FEATURES = 16;

/** Rows of more keys than this are searched from fewer first keys. */
const MOST_SEARCHED = 1024;

/**
 * Reads off which keys the output of a row was made of. With P_j = Σ_{i<j} e^s_i v_i and Z_j = Σ_{i<j} e^s_i it is the range
 * that brings (P_high − P_low) / (Z_high − Z_low) closest to the output, if that is close enough.
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

/** A range of keys, and how far its attention is from a row of an output: the share of the row's squares. */
export interface FoundRange extends KeyRange {
  readonly off: number;
}

/** The range of keys whose attention comes closest to a row of an output; undefined where none gives a number. */
export function bestRange(task: Task, row: number, got: Float64Array): FoundRange | undefined {
  const unmasked = scoresOfRow({ ...task, blocked: undefined }, row);
  const { powers } = powersOf(unmasked);
  const features = Math.min(MOST_FEATURES, task.value.cols);
  const sums = runningSums(powers, task.value, features);
  let best: { readonly low: number; readonly high: number; readonly off: number } | undefined;
  for (const low of firstKeys(task.key.rows, expectedRange(task, row))) {
    const found = bestEnd(sums, low, got, features, best?.off ?? Number.POSITIVE_INFINITY);
    if (found && (!best || found.off < best.off)) best = { low, ...found };
  }
  const squares = got.subarray(0, features).reduce((sum, value) => sum + value ** 2, 0);
  return best && { ...best, off: best.off / squares };
}

/** The keys that a row may attend to, from the first to the last. */
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

/** The tiles of keys that a range lies in, from the first key to the last one. */
export const inWholeTiles = ({ low, high }: KeyRange, tile: number): KeyRange =>
  low < high ? { low: Math.floor(low / tile) * tile, high: Math.ceil(high / tile) * tile } : { low, high };

/** With Z in place 0 and P behind it, of the keys before each one. */
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

/** Every key of a short row; of a long one those near the expected first one, and where tiles begin. */
function firstKeys(keys: number, { low }: KeyRange): number[] {
  const all = Array.from({ length: keys }, (_, key) => key);
  const tried = keys <= MOST_SEARCHED ? all : all.filter((key) => Math.abs(key - low) <= 4 || key % 64 === 0);
  // The likeliest first: what is farther off than the best so far is dropped early.
  return [low, ...tried.filter((key) => key !== low)];
}

/** The end with which a range that begins at `low` comes closest, if it comes closer than `least`. */
function bestEnd(sums: Float64Array, low: number, got: Float64Array, features: number, least: number) {
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

/** What the ranges of some rows have in common. */
export interface RangeRule {
  /** "0…i+1" */
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
 * What the ranges of all rows have in common, as a rule of the row; undefined where there is no such rule. Where a rule leads
 * before the first key or behind the last one, those hold.
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

/** The first or the last key of each row: one that is so far from the row, or the same one in all. */
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
