import { type BlockedKeys, isBlocked } from "../../math/blocked.js";
import { squaresOf, tabulate, upTo } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { powersOf, scoresOfRow, unmaskedScores } from "./row-scores.js";
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
 * Finds the range of keys whose attention is closest to a row of an output. Ranges are likely to begin near the first
 * expected key, or near `starts`. Returns undefined if no range gives a number.
 */
export function bestRange(
  task: Task,
  row: number,
  got: Float64Array,
  starts: readonly number[] = [],
): FoundRange | undefined {
  const { powers } = powersOf(unmaskedScores(task, row));
  const sums = runningSums(powers, task.value);
  return bestOf(sums, got, firstKeys(task.key.rows, [expectedRange(task, row).low, ...starts]));
}

/**
 * Finds the range that brings a row closest to the dumped one, among those that begin at the given keys. Ranges that are
 * farther off than `most` do not count.
 */
export function bestOf(
  sums: Float64Array,
  got: Float64Array,
  lows: readonly number[],
  rest = NO_OTHERS,
  most = Number.POSITIVE_INFINITY,
): FoundRange | undefined {
  const features = got.subarray(0, MAX_FEATURES);
  const size = squaresOf(features);
  const limit = size === 0 ? Number.POSITIVE_INFINITY : most * size;
  let best: FoundRange | undefined;
  for (const low of lows) best = bestFrom(low, sums, features, rest, best?.off ?? limit) ?? best;
  return best && { ...best, off: best.off / size };
}

/** Returns the closest range that begins at a key, if it is closer than `least`. Distances are squared. */
function bestFrom(
  low: number,
  sums: Float64Array,
  got: Float64Array,
  others: OtherKeys,
  least: number,
): FoundRange | undefined {
  const width = got.length + 1;
  const first = low * width;
  let nearest = least;
  let best = 0;
  for (let end = first + width; end < sums.length; end += width) {
    const total = others.sums[0] + sums[end] - sums[first];
    if (total <= others.least) continue;
    let off = 0;
    for (let c = 1; c < width && !(off >= nearest); c++) {
      const apart = (others.sums[c] + sums[end + c] - sums[first + c]) / total - got[c - 1];
      off += apart * apart;
    }
    if (off < nearest) {
      nearest = off;
      best = end;
    }
  }
  return best > 0 ? { low, high: best / width, off: nearest } : undefined;
}

/** A range of keys that a row lacks or, if `isOpen`, of which it sees the masked ones. */
interface ChangedRange extends FoundRange {
  readonly isOpen: boolean;
}

/** The keys that are left have at least this share of the weights. Otherwise a row without keys would fit. */
const LEAST_LEFT = 1e-3;

/** The scores of a row, and the values that they weigh. */
export interface Weighed {
  readonly scores: Float64Array;
  readonly value: Matrix;
}

/** What some keys have in place of their own scores and values, and the order in which ranges of them are tried. */
export type Replaced = Weighed & { readonly order: readonly number[] };

/** Finds the range of keys, not farther off than `most`, whose replacement brings a row closest to the dumped one. */
export function replacedRange(
  own: Weighed,
  other: Replaced,
  got: Float64Array,
  most?: number,
): FoundRange | undefined {
  const { order } = other;
  const maximum = Math.max(...[own, other].map(({ scores }) => powersOf(scores).maximum));
  const sumsOf = ({ scores, value }: Weighed, keys?: readonly number[]) =>
    runningSums(
      scores.map((score) => Math.exp(score - maximum)),
      value,
      keys,
    );
  const [before, after] = [own, other].map((one) => sumsOf(one, order));
  const all = sumsOf(own).slice(-before.length / (order.length + 1));
  // A power of 2, so that the first keys of tiles are among them.
  const step = 2 ** Math.max(0, Math.ceil(Math.log2((order.length / MAX_SEARCHED) ** 2)));
  return bestOf(
    after.map((sum, at) => sum - before[at]),
    got,
    upTo(order.length).filter((low) => low % step === 0),
    { sums: all, least: LEAST_LEFT * all[0] },
    most,
  );
}

/** Finds the range whose loss, or whose masked keys, bring a row closest to the dumped one. */
export function changedRange(task: Task, row: number, got: Float64Array): ChangedRange | undefined {
  const { value } = task;
  const own = { scores: scoresOfRow(task, row), value };
  const without = own.scores.map(() => Number.NEGATIVE_INFINITY);
  const [lost, open] = [without, unmaskedScores(task, row)].map((scores, at) => {
    const found = replacedRange(own, { scores, value, order: upTo(scores.length) }, got);
    return found && { ...found, isOpen: at === 1 };
  });
  return open && !(lost && lost.off <= open.off) ? open : lost;
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

/** Returns the mask under which the rows of an attention see the same keys, if these begin later among more keys. */
export function blockedBeside(task: Task, by: number, numKeys: number): BlockedKeys {
  const { rows } = task.query;
  const ranges = tabulate(rows, (row) => expectedRange(task, row));
  const ends = (end: keyof KeyRange) => Float64Array.from(ranges, (range) => range[end] + by);
  return { rows, cols: numKeys, numRuled: numKeys, low: ends("low"), high: ends("high") };
}

/** Whether a key is in a range. */
export const isWithin = ({ low, high }: KeyRange, key: number): boolean => key >= low && key < high;

/** Returns where the tile begins in which something is. */
export const tileStart = (at: number, tile: number): number => at - (at % tile);

/** Returns where the first tile begins that is not before something. */
export const tileEnd = (at: number, tile: number): number => tileStart(at + tile - 1, tile);

/** Returns the last row of the block of queries in which a row is. */
export const lastOfBlock = (row: number, block: number, { query }: Pick<Task, "query">): number =>
  Math.min(query.rows, tileStart(row, block) + block) - 1;

/** Extends a range of keys to whole tiles. */
export const inWholeTiles = ({ low, high }: KeyRange, tile: number): KeyRange =>
  low < high ? { low: tileStart(low, tile), high: tileEnd(high, tile) } : { low, high };

/**
 * Returns Z and P of the keys before each key: Z at index 0 of its row, P after it. The keys are added in the given
 * order.
 */
export function runningSums(
  powers: Float64Array,
  { cols, data }: Matrix,
  order: readonly number[] = upTo(powers.length),
): Float64Array {
  const features = Math.min(MAX_FEATURES, cols);
  const width = features + 1;
  const sums = new Float64Array((order.length + 1) * width);
  for (let before = 0; before < order.length; before++) {
    const j = order[before];
    const at = (before + 1) * width;
    sums[at] = sums[at - width] + powers[j];
    for (let c = 0; c < features; c++) {
      sums[at + 1 + c] = sums[at - width + 1 + c] + powers[j] * data[j * cols + c];
    }
  }
  return sums;
}

/**
 * Returns the first keys to try: all of them in a short row. In a long row, those near the likely ones and those at
 * every 64th key.
 */
function firstKeys(keys: number, likely: readonly number[]): number[] {
  const isTried = (key: number) =>
    keys <= MAX_SEARCHED || key % 64 === 0 || likely.some((low) => Math.abs(key - low) <= 4);
  // The likeliest key comes first. Ranges that are farther off than the best so far are dropped early.
  return [likely[0], ...upTo(keys).filter((key) => key !== likely[0] && isTried(key))];
}

/** Keys to which those of a range are added: their Z and P, and the least Z that must be left. */
interface OtherKeys {
  readonly sums: Float64Array;
  readonly least: number;
}

const NO_OTHERS: OtherKeys = { sums: new Float64Array(MAX_FEATURES + 1), least: 0 };

/** A rule that gives the range of keys of each row. */
export interface RangeRule {
  /** The rule as text, for example "0…i+1". */
  readonly text: string;
  readonly first: EndRule;
  readonly last: EndRule;
  rangeOf(row: number): KeyRange;
}

/** The range of keys of a row. */
export interface RowRange {
  readonly row: number;
  readonly range: KeyRange;
}

/**
 * Finds a rule that gives the ranges of all rows. Returns undefined if there is no rule. A rule is cut off at the first
 * and the last key. A rule by multiples must also give the ranges of the right rows: rows that are wrong here and there
 * may show a multiple that is not there.
 */
export function ruleOf(
  rows: readonly RowRange[],
  numKeys: number,
  right: readonly RowRange[] = [],
): RangeRule | undefined {
  const endsOf = (end: (range: KeyRange) => number) => {
    const of = ({ row, range }: RowRange): End => [row, end(range)];
    return [rows.map(of), right.map(of)] as const;
  };
  const low = endRule(...endsOf(({ low: first }) => first), (value) => Math.max(0, value), 0);
  const high = endRule(
    ...endsOf(({ high: end }) => end - 1),
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
 * The rule for the first or the last key of each row: at a fixed distance from the row, the same key in all rows, or at
 * a distance from a multiple of the row or of its tile.
 */
interface EndRule {
  readonly text: string;
  readonly offset?: number;
  of(row: number): number;
}

/** The first or the last key of a row. */
type End = readonly [row: number, end: number];

function endRule(
  ends: readonly End[],
  right: readonly End[],
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
  if (ends.every(([, other]) => other === end)) return { text: String(end), of: () => end };
  const places = new Set(ends.flatMap(([, other]) => (other === limit ? [] : [other])));
  if (places.size < MIN_PLACES) return undefined;
  return MULTIPLES.map(({ said, of }) => {
    const by = end - of(row);
    const text = by === 0 ? said : `${said}${by > 0 ? "+" : "−"}${Math.abs(by)}`;
    return { text, of: (own: number) => clip(of(own) + by) };
  }).find((rule) => [...ends, ...right].every(([own, other]) => other === rule.of(own)));
}

/** At least this many different ends show a multiple. */
const MIN_PLACES = 3;

/** Multiples and parts of a row's number, as kernels take them: of packed heads, and the first row of a tile. */
const MULTIPLES: readonly { readonly said: string; of(row: number): number }[] = [
  ...tabulate(7, (at) => at + 2).map((times) => ({ said: `${times}i`, of: (row: number) => times * row })),
  ...tabulate(7, (at) => at + 2).map((by) => ({
    said: `⌊i/${by}⌋`,
    of: (row: number) => Math.floor(row / by),
  })),
  ...[4, 8, 16, 32, 64, 128].map((tile) => ({
    said: `${tile}⌊i/${tile}⌋`,
    of: (row: number) => tileStart(row, tile),
  })),
];
