import { rowOf } from "../../../math/matrix.js";
import { setting } from "../../../setting-names.js";
import { MASK_FORMULA } from "../../mistakes/masks.js";
import { bestRange, expectedRange, inWholeTiles, type KeyRange, ruleOf } from "../keys-used.js";
import { powersOf, scoresOfRow, unmaskedScores } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import { indicesWhere, spread } from "../where.js";
import {
  type Dump,
  type KernelMistake,
  kernelMistakes,
  type Parameters,
  type Suspicion,
  type Variant,
  withScores,
} from "./kernel-mistake.js";
import { isOrdered } from "./masks.js";
import { tilesBelow } from "./online.js";
import { distanceTo, FEATURES } from "./sums.js";

// Masks that are wrong in ways that no list knows: which keys were used is read off; and what stands in rows without keys.

/** A row over other keys than it may attend to. */
export const overKeys = (rangeFor: (row: number, task: Task) => KeyRange, parameters: Parameters): Variant =>
  withScores((task, row) => {
    const { low, high } = rangeFor(row, task);
    return unmaskedScores(task, row)
      .fill(Number.NEGATIVE_INFINITY, 0, Math.max(0, low))
      .fill(Number.NEGATIVE_INFINITY, high);
  }, parameters);

const MOST_READ = 6;

/** A row that is this share of its squares away from every range is made of none, in whatever precision. */
const FAR_OFF = 0.02;

/** A range that is fitted to few numbers fits them anyway. */
const FEWEST_COLUMNS = 4;

const masking = kernelMistakes("masked-scores", MASK_FORMULA);

/** What is tried when no other mask gives an answer: the ranges, or the strongest keys, that a few rows show, where they follow a rule. */
export const otherKeysAttended = masking({
  id: "other-keys-attended",
  title: "The rows are made of other keys than they may attend to.",
  fix: "Compare the keys that were used with the mask that is meant: an offset, a window or a length differs.",
  *variants({ dump }) {
    if (!dump || dump.got.cols < FEWEST_COLUMNS) return;
    const ranges = readOff(dump, bestRange);
    const shown = ranges.map(({ row, found }) => ({ row, range: found }));
    const rule = shown.length > 0 ? ruleOf(shown, dump.task.key.rows) : undefined;
    if (rule) yield inWrongRows(dump, overKeys(rule.rangeOf, { keys: rule.text }));
    const strongest = readOff(dump, nearestStrongest);
    const [first] = strongest;
    if (!first) return;
    const { count } = first.found;
    if (strongest.every(({ found }) => found.count === count))
      yield inWrongRows(
        dump,
        overStrongest((at) => at < count, { keys: `the ${count} strongest` }),
      );
    const least = Math.min(...strongest.map(({ found }) => found.kept));
    const most = Math.max(...strongest.map(({ found }) => found.dropped));
    const weight = Number(((least + most) / 2).toPrecision(2));
    if (weight > most && weight <= least)
      yield inWrongRows(
        dump,
        overStrongest((_, own) => own >= weight, { keys: `those that weigh ${weight} or more` }),
      );
  },
});

/** What a few wrong rows show, where each shows it: two rows at least. */
function readOff<Found extends { readonly off: number }>(
  { task, got, wrongRows }: Dump,
  read: (task: Task, row: number, got: Float64Array) => Found | undefined,
) {
  const all: { readonly row: number; readonly found: Found }[] = [];
  for (const row of spread(wrongRows, MOST_READ)) {
    const found = read(task, row, rowOf(got, row));
    if (found && !(found.off <= FAR_OFF)) return [];
    if (found) all.push({ row, found });
  }
  return all.length > 1 ? all : [];
}

/** Rows that are right stay as they are: a rule of the wrong ones need not hold there. */
function inWrongRows({ wrongRows }: Dump, { parameters, make }: Variant): Variant {
  const wrong = new Set(wrongRows);
  return { parameters, make: (task, row) => (wrong.has(row) ? make(task, row) : makeRow(task, row)) };
}

/** The keys of a row, the strongest first. */
const byStrength = (powers: Float64Array) =>
  indicesWhere(powers.length, (j) => powers[j] > 0).sort((a, b) => powers[b] - powers[a]);

/** How many of the strongest keys bring a row nearest to an output, what the last of them weighs among all, and what the next one. */
function nearestStrongest(task: Task, row: number, got: Float64Array) {
  const { powers, sum } = powersOf(scoresOfRow(task, row));
  const order = byStrength(powers);
  const features = Math.min(FEATURES, got.length);
  const weighed = new Float64Array(features);
  let [total, best] = [0, { count: 0, off: Number.POSITIVE_INFINITY }];
  for (const [at, j] of order.entries()) {
    total += powers[j];
    for (let c = 0; c < features; c++) weighed[c] += powers[j] * task.value.data[j * task.value.cols + c];
    const off = distanceTo(got, features, (c) => weighed[c] / total, best.off);
    if (off < best.off) best = { count: at + 1, off };
  }
  const squares = got.subarray(0, features).reduce((all, value) => all + value ** 2, 0);
  const weight = (at: number) => (powers[order[at]] ?? 0) / sum;
  return { ...best, off: best.off / squares, kept: weight(best.count - 1), dropped: weight(best.count) };
}

/** A row over its strongest keys, told by their number in that order and by what they weigh among all. */
const overStrongest = (isKept: (at: number, weight: number) => boolean, parameters: Parameters): Variant =>
  withScores((task, row) => {
    const scores = scoresOfRow(task, row);
    const { powers, sum } = powersOf(scores);
    const kept = new Set(byStrength(powers).filter((j, at) => isKept(at, powers[j] / sum)));
    return scores.map((score, j) => (kept.has(j) ? score : Number.NEGATIVE_INFINITY));
  }, parameters);

/** Rows without keys with one weight for all. */
const filled = (holds: string, weight: (numKeys: number) => number): Variant => ({
  parameters: { holds },
  make: (task, row) =>
    makeRow(task, row) ??
    makeRow({ ...task, blocked: undefined }, row, undefined, (scores) =>
      scores.map(() => weight(scores.length)),
    ),
});

/** Whether every row that is wrong may attend to nothing. */
const areEmptyRowsWrong = ({ dump }: Suspicion) =>
  dump?.wrongRows.every((row) => {
    const { low, high } = expectedRange(dump.task, row);
    return low === high;
  }) === true;

export const RANGES: readonly KernelMistake[] = [
  {
    id: "empty-row",
    step: "weights",
    title: "A row that may attend to nothing holds something else than it should.",
    formula: "a row without keys has no weights: 0/0, unless something is made of it",
    fix: `Say what is meant with ${setting("emptyRow")} zero, nan or uniform, or guard the division by the sum of the row.`,
    isPossible: areEmptyRowsWrong,
    variants: () => [
      filled("NaN", () => Number.NaN),
      filled("zeros", () => 0),
      filled("the mean of the values", (count) => 1 / count),
    ],
  },
  masking({
    id: "diagonal-tile-unmasked",
    title: "In the tile on the diagonal no key was masked: rows see all keys of it.",
    fix: "Leave out whole tiles beyond the diagonal, and mask the one that it runs through key by key.",
    isPossible: isOrdered,
    variants: ({ tasks: [{ key }] }) =>
      tilesBelow(key.rows).flatMap((tile) => [
        openDiagonal(tile, { tile }),
        openDiagonal(tile, { tile, masked: "the first tile alone" }, tile),
      ]),
  }),
];

/** Windows that are counted in tiles, and masks of one tile alone. */
export const TILED_RANGES: readonly KernelMistake[] = [
  masking({
    id: "window-in-tiles",
    title:
      "The window was counted in tiles: rows see all keys of the tile in which it begins, or none of them.",
    fix: "Leave out whole tiles before the window, and mask the one in which it begins key by key.",
    isPossible: (given) => isOrdered(given) && given.tasks.some(hasKeysBefore),
    variants: ({ tasks: [{ key }] }) =>
      tilesBelow(key.rows).flatMap((tile) => [openBefore(tile), closedBefore(tile)]),
  }),
  masking({
    id: "mask-in-last-tile-only",
    title: "Only the last tile of keys was masked: rows see all keys of the tiles before it.",
    fix: "Mask every tile that the diagonal, or the end of a window, runs through.",
    isPossible: isOrdered,
    variants: ({ tasks: [{ key }] }) => tilesBelow(key.rows).map((tile) => maskedAtTheEnd(tile)),
  }),
];

/** Whether the last row does not see the first keys. */
const hasKeysBefore = (task: Task) => expectedRange(task, task.query.rows - 1).low > 0;

const openBefore = (tile: number): Variant =>
  overKeys(
    (row, task) => {
      const { low, high } = expectedRange(task, row);
      return { low: Math.floor(low / tile) * tile, high };
    },
    { tile },
  );

/** A tile of queries begins with the first tile of keys that lies wholly in the window of its first row. */
const closedBefore = (tile: number): Variant =>
  overKeys(
    (row, task) => {
      const { low, high } = expectedRange(task, row);
      const first = expectedRange(task, row - (row % tile)).low;
      return { low: Math.max(low, Math.ceil(first / tile) * tile), high };
    },
    { tile, keys: "none of the tile in which it begins" },
  );

const maskedAtTheEnd = (tile: number): Variant =>
  overKeys(
    (row, task) => {
      const { low, high } = expectedRange(task, row);
      const last = Math.floor((task.key.rows - 1) / tile) * tile;
      return { low, high: Math.max(high, last) };
    },
    { tile },
  );

/** All keys of the tile on the diagonal are open, in rows that have more keys than so many. */
const openDiagonal = (tile: number, parameters: Parameters, from = 0): Variant =>
  overKeys((row, task) => {
    const range = expectedRange(task, row);
    return range.high > from ? { low: range.low, high: inWholeTiles(range, tile).high } : range;
  }, parameters);
