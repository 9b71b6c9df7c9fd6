import { sumOver, tabulate } from "../../../math/lists.js";
import { rowOf } from "../../../math/matrix.js";
import { MASK_FORMULA } from "../../mistakes/masks.js";
import { isBlank } from "../fit.js";
import {
  bestOf,
  bestRange,
  changedRange,
  expectedRange,
  isWithin,
  type RowRange,
  ruleOf,
  runningSums,
} from "../keys-used.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import { over } from "../rows.js";
import type { Task } from "../task.js";
import { indicesWhere, spread } from "../where.js";
import {
  type Dump,
  inWrongRows,
  type KernelMistake,
  lastWrongRow,
  type Parameters,
  type SearchContext,
  seeing,
  withWeighting,
} from "./kernel-mistake.js";
import { arePlaced, masking, offsetOf, withSettings } from "./mask-settings.js";
import { overKeys } from "./ranges.js";
import { MAX_RELATIVE_DISTANCE, nearestWays } from "./sums.js";

// Finds which keys the wrong rows used: a range of keys, or the strongest keys.

const MAX_READ = 6;

/** The minimum number of columns. A range fits fewer numbers by chance. */
const MIN_COLUMNS = 4;

/** The minimum number of columns if each row has a range of its own, which fits by chance more easily. */
const MIN_FOR_ANY = 8;

/**
 * The mistake that is tried if no other mask explains an answer. It uses the ranges, or the strongest keys, that a few
 * rows show.
 */
export const otherKeysAttended: KernelMistake = {
  id: "other-keys-attended",
  step: "masked-scores",
  formula: MASK_FORMULA,
  title: "Rows use keys that they may not attend to, or lack some.",
  fix: "Compare the keys that were used with your mask: an offset, a window or a length differs.",
  variants(given) {
    const { dump } = given;
    // A rule found in the wrong rows need not hold in the right rows.
    return dump && dump.got.cols >= MIN_COLUMNS
      ? Array.from(waysToSee(given, dump), (way) => inWrongRows(dump, way))
      : [];
  },
};

/** A causal mask or a window at another place, which a few wrong rows show. It holds in all rows. */
export const queryOffsetOther = masking({
  id: "query-offset-other",
  isFree: true,
  title: "The mask has another offset of the queries: query 0 was placed at another key.",
  formula: "query i sees the keys j ≤ i + offset",
  fix: "Take the offset of each sequence, keys − queries: not that of the longest one, and not rounded to tiles or pages.",
  isPossible: arePlaced,
  variants(given) {
    const { dump } = given;
    if (!dump || dump.got.cols < MIN_COLUMNS) return [];
    const { rows } = dump.task.key;
    const cut = readRanges(dump).shown.flatMap(({ row, range }) => {
      const { high } = expectedRange(dump.task, row);
      return high < rows && range.high < rows ? [range.high - high] : [];
    });
    const offset = offsetOf(given) + (cut[0] ?? 0);
    return new Set(cut).size === 1
      ? withSettings(given, { queryOffset: offset, align: undefined }, { offset })
      : [];
  },
});

/** Yields variants with the keys that a few wrong rows show. */
function* waysToSee(given: SearchContext, dump: Dump) {
  const { shown, ways } = readRanges(dump);
  yield* ways;
  if (ways.length === 0) yield* overChanged(dump);
  const { low } = expectedRange(dump.task, lastWrongRow(dump).row);
  const firsts = indicesWhere(low, (key) => key > 0).map(withFirstKeys);
  for (const likely of [shown.length === 0 ? STEPS.map(everyFew) : [], firsts])
    yield* nearestWays(given, likely, 1);
  yield* overStrongest(dump, true);
  yield* overStrongest(dump, false);
}

/** Yields variants with the strongest keys of each row, as a few rows show. Without `isSummed` the sum is that of all keys. */
function* overStrongest(dump: Dump, isSummed: boolean) {
  const strongest = readOff(dump, (...row) => nearestStrongest(...row, isSummed));
  const [one] = strongest;
  if (!one) return;
  const only = (isKept: IsKept, keys: string) =>
    keeping(isKept, isSummed, { keys, ...(!isSummed && { "divided by": "the sum of all keys" }) });
  const { count } = one.found;
  if (strongest.every(({ found }) => found.count === count))
    yield only((at) => at < count, `the ${count} strongest`);
  for (const [sizeOf, said] of SIZES) {
    const least = Math.min(...strongest.map(({ found }) => sizeOf(found.kept, found.sum)));
    const most = Math.max(...strongest.map(({ found }) => sizeOf(found.dropped, found.sum)));
    const limit = roundest(most, least);
    if (limit !== undefined) yield only((_, ...own) => sizeOf(...own) >= limit, said(limit));
  }
}

/** The sizes of keys that a limit may be set to: their weights, and their scores below the largest one. */
const SIZES: readonly (readonly [
  of: (power: number, sum: number) => number,
  said: (limit: number) => string,
])[] = [
  [(power, sum) => power / sum, (limit) => `those that weigh ${limit} or more`],
  [(power) => Math.log(power), (limit) => `those whose score is at most ${-limit} below the largest`],
];

/** Whether a row keeps a key, by its rank, its exponential, and the sum of all exponentials. */
type IsKept = (at: number, power: number, sum: number) => boolean;

/** Returns the ranges of some right rows. */
function rightRanges({ task, got, wrongRows }: Dump): readonly RowRange[] {
  const wrong = new Set(wrongRows);
  const right = indicesWhere(got.rows, (row) => !wrong.has(row));
  return spread(right, MAX_READ).map((row) => ({ row, range: expectedRange(task, row) }));
}

/**
 * Finds the ranges of keys that a few wrong rows show. Returns also the variant with their rule, or with a range of its
 * own for each row. The ranges are likely to begin near `starts`.
 */
export function readRanges(dump: Dump, starts?: readonly number[]) {
  const { rows } = dump.task.key;
  const rangesIn = (wrongRows: readonly number[]) =>
    readOff({ ...dump, wrongRows }, (...row) => bestRange(...row, starts)).map(({ row, found }) => ({
      row,
      range: found,
    }));
  const some = rangesIn(dump.wrongRows);
  const right = rightRanges(dump);
  const known = some.length > 0 ? ruleOf(some, rows, right) : undefined;
  // Rows that see up to the last key show no rule, so those before them are read, too.
  const first = known ? undefined : some.findLast(({ range }) => range.high === rows)?.row;
  const shown =
    first === undefined ? some : [...rangesIn(dump.wrongRows.filter((row) => row < first)), ...some];
  const rule = known ?? ruleOf(shown, rows, right);
  if (rule && shown.length > 0) return { shown, ways: [overKeys(rule.rangeOf, { keys: rule.text })] };
  const isKnown = shown.length > 0 && dump.got.cols >= MIN_FOR_ANY;
  return { shown, ways: isKnown ? [overAnyRange(dump, shown)] : [] };
}

/** The maximum number of rows that are listed if their ranges follow no rule. */
const MAX_LISTED = 3;

/** Makes a variant in which each row uses the range of keys that comes closest to it. A blank row uses none. */
const overAnyRange = ({ got }: Dump, shown: readonly RowRange[]) =>
  overKeys(
    (row, task) =>
      rowOf(got, row).every(isBlank)
        ? { low: 0, high: 0 }
        : (bestRange(task, row, rowOf(got, row)) ?? expectedRange(task, row)),
    Object.fromEntries(
      shown
        .slice(0, MAX_LISTED)
        .map(({ row, range: { low, high } }) => [`row ${row}`, `keys ${low}–${high - 1}`]),
    ),
  );

/** The maximum number of keys: the number of ranges grows with its square. */
const MAX_KEYS = 512;

/** Yields a variant in which each row lacks a range of keys within its own, or sees masked ones. */
function* overChanged(dump: Dump) {
  if (dump.task.key.rows > MAX_KEYS) return;
  const read = readOff(dump, changedRange);
  const shown = read.map(({ row, found }) => ({ row, range: found }));
  if (new Set(read.map(({ found }) => found.isOpen)).size !== 1) return;
  const rule = ruleOf(shown, dump.task.key.rows);
  if (!rule) return;
  const [{ isOpen }] = read.map(({ found }) => found);
  yield seeing(
    (_, row) => {
      const changed = rule.rangeOf(row);
      return (key, isOwn) => (isWithin(changed, key) ? isOpen : isOwn);
    },
    { rows: isOpen ? "see these masked keys, too" : "lack these keys", keys: rule.text },
  );
}

/** Distances between the keys of a row that are used, counted back from its last key. */
const STEPS = [2, 3, 4, 5, 6, 8] as const;

const everyFew = (step: number) =>
  seeing(
    (task, row) => {
      const { high } = expectedRange(task, row);
      return (key, isOwn) => isOwn && (high - 1 - key) % step === 0;
    },
    { keys: `one in ${step}, from the last one back` },
  );

/** Makes a variant in which rows also see the first `count` keys. */
const withFirstKeys = (count: number) =>
  seeing(
    (task, row) => {
      const end = Math.min(count, expectedRange(task, row).high);
      return (key, isOwn) => isOwn || key < end;
    },
    { "keys, too": `the first ${count}` },
  );

/**
 * Returns what `read` finds in a few wrong rows, if it fits each of them. At least two rows are needed, unless the
 * output has only one.
 */
function readOff<Found extends { readonly off: number }>(
  { task, got, wrongRows }: Dump,
  read: (task: Task, row: number, got: Float64Array) => Found | undefined,
) {
  const all: { readonly row: number; readonly found: Found }[] = [];
  // A row of zeros or NaN shows no keys.
  const made = wrongRows.filter((row) => !rowOf(got, row).every(isBlank));
  for (const row of spread(made, MAX_READ)) {
    const found = read(task, row, rowOf(got, row));
    if (found && !(found.off <= MAX_RELATIVE_DISTANCE)) return [];
    if (found) all.push({ row, found });
  }
  return all.length > 1 || got.rows === 1 ? all : [];
}

/** Returns the keys of a row, sorted by weight, the largest first. */
const byStrength = (powers: Float64Array) =>
  indicesWhere(powers.length, (j) => powers[j] > 0).sort((a, b) => powers[b] - powers[a]);

/**
 * Finds how many of the strongest keys bring a row closest to the output. Also returns the exponentials of the last kept
 * and the first dropped key, and their sum.
 */
function nearestStrongest(task: Task, row: number, got: Float64Array, isSummed: boolean) {
  const { powers, sum } = powersOf(scoresOfRow(task, row));
  const order = byStrength(powers);
  const sums = runningSums(powers, task.value, order);
  const width = sums.length / (order.length + 1);
  const best = isSummed
    ? bestOf(sums, got, [0])
    : bestOf(
        sums.map((own, at) => (at % width === 0 ? 0 : own)),
        got,
        [0],
        { sums: Float64Array.from({ length: width }, (_, at) => (at === 0 ? sum : 0)), least: 0 },
      );
  const { high: count, off } = best ?? { high: 0, off: Number.POSITIVE_INFINITY };
  return { count, off, sum, kept: powers[order[count - 1]] ?? 0, dropped: powers[order[count]] ?? 0 };
}

/** Returns the number of fewest digits that is above one number, and at most the other. */
const roundest = (above: number, most: number): number | undefined =>
  tabulate(MAX_DIGITS, (digits) => (Math.floor(above * 10 ** digits) + 1) / 10 ** digits).find(
    (number) => number <= most,
  );

const MAX_DIGITS = 12;

/** Makes a variant in which rows keep only some keys, chosen by rank and weight. */
const keeping = (isKept: IsKept, isSummed: boolean, parameters: Parameters) =>
  withWeighting((_, { powers, sum }) => {
    const kept = new Set(byStrength(powers).filter((j, at) => isKept(at, powers[j], sum)));
    const made = powers.map((power, j) => (kept.has(j) ? power : 0));
    return over(made, isSummed ? sumOver(made) : sum);
  }, parameters);
