import { greatest, tabulate, upTo } from "../../../math/lists.js";
import { cellOf, rowOf } from "../../../math/matrix.js";
import { expectedRange } from "../keys-used.js";
import { powersOf, scoresOfRow, unscaled } from "../row-scores.js";
import type { Task } from "../task.js";
import { spread } from "../where.js";
import {
  asDumped,
  batchesOf,
  type Dump,
  kernelMistakes,
  type Parameters,
  type RowMaker,
  type SearchContext,
  withOutput,
} from "./kernel-mistake.js";
import { TILES } from "./online.js";

// Causes of NaN in a row: a score beyond the range of the type, ∞ − ∞ in a tile without keys, 0 / 0 if every
// exponential is lost.

/** Whether some wrong row has a number that is not finite. True if the wrong rows are not known. */
const hasLostRows = ({ dump }: SearchContext) =>
  !dump || dump.wrongRows.some((row) => !rowOf(dump.got, row).every(Number.isFinite));

/** Returns the right row, or a row of NaN if something overflows. */
const lostWhere = (isLost: (task: Task, row: number) => boolean): RowMaker =>
  withOutput((right, task, row) => (isLost(task, row) ? right.map(() => Number.NaN) : right)).make;

/** Makes a variant of the right rows that copies the non-finite numbers from the dump. */
const lostAsDumped = (dump: Dump, parameters?: Parameters) => {
  const lost = new Set(dump.wrongRows);
  const isLost = (row: number, col: number) => lost.has(row) && !Number.isFinite(cellOf(dump.got, row, col));
  return asDumped(dump, isLost, parameters);
};

/**
 * Finds a key that exactly the lost rows may attend to. Returns undefined if all rows are lost, or if there is no such
 * key.
 */
function lostKeyOf({ task, got, wrongRows }: Dump): number | undefined {
  if (wrongRows.length === got.rows) return undefined;
  const lost = new Set(wrongRows);
  const ranges = tabulate(got.rows, (row) => expectedRange(task, row));
  for (let key = 0; key < task.key.rows; key++)
    if (ranges.every(({ low, high }, row) => (low <= key && key < high) === lost.has(row))) return key;
  return undefined;
}

/** The largest number of each type. Larger scores are ∞. */
const LARGEST = { float16: 65504, bfloat16: 3.39e38 } as const;

/** Returns the largest score of a row, or the largest q·k of the keys that it may attend to. */
const largestScore = (task: Task, row: number) => powersOf(scoresOfRow(task, row)).maximum;
const largestProduct = (task: Task, row: number) => largestScore(unscaled(task), row);

function* overflows(given: SearchContext) {
  const heads = batchesOf(given).flat();
  const rowsPerHead = Math.max(2, Math.floor(MAX_ASKED / heads.length));
  for (const [type, most] of Object.entries(LARGEST))
    for (const [of, largestIn] of Object.entries({ q·k: largestProduct, score: largestScore })) {
      // The number is that of all heads: with one of its own in each, the mistake would not count as the same.
      const largest = greatest(heads, (task) =>
        greatest(spread(upTo(task.query.rows), rowsPerHead), (row) => largestIn(task, row) || 0),
      );
      if (largest > most)
        yield {
          parameters: { type, [`largest ${of}`]: Number(largest.toPrecision(3)) },
          make: lostWhere((task, row) => largestIn(task, row) > most),
        };
    }
}

/** The maximum number of rows in which the largest number is looked for. */
const MAX_ASKED = 256;

/** For a smaller s, e^s is 0 in the type. */
const MIN_EXPONENTS = { float32: -103.97, float16: -17.33 } as const;

const running = kernelMistakes("exponentials", "m begins at −∞, and e^(−∞ − −∞) counts as 0", hasLostRows);

export const NOT_FINITE = [
  {
    id: "score-overflow",
    step: "scores",
    title: "A score overflowed the largest number of its type, and ∞ − ∞ is NaN.",
    formula: "float16 ends at 65,504",
    fix: "Keep scores in float32, or scale q before the product.",
    isPossible: hasLostRows,
    variants: overflows,
  },
  running({
    id: "empty-tile-nan",
    title: "The first or the last tile of a row has no visible key, and ∞ − ∞ made the row NaN.",
    fix: "Use 0 in place of the maximum while it is −∞, or skip tiles and splits without visible keys.",
    variants: ({ tasks: [{ key }] }) =>
      TILES.filter((tile) => tile < key.rows).flatMap((tile) => [
        { parameters: { tile }, make: lostWhere((task, row) => expectedRange(task, row).low >= tile) },
        {
          parameters: { tile, which: "the last" },
          make: lostWhere(
            (task, row) => expectedRange(task, row).high <= key.rows - (key.rows % tile || tile),
          ),
        },
      ]),
  }),
  running({
    id: "maximum-clamped",
    title:
      "The running maximum started at 0 instead of −∞: if all scores are far below 0, every exponential is lost.",
    fix: "Start the maximum at −∞.",
    variants: () =>
      Object.entries(MIN_EXPONENTS).map(([type, least]) => ({
        parameters: { type },
        make: lostWhere((task, row) => largestScore(task, row) < least),
      })),
  }),
];

const undefinedNumbers = kernelMistakes("output", "0 · NaN, 0 / 0 and ∞ − ∞ are NaN", hasLostRows);

/** Descriptions of lost rows, used if no replayed mistake loses these rows. */
export const LOST_ROWS = [
  undefinedNumbers({
    id: "nan-read",
    isImpliedByOthers: true,
    title:
      "A NaN or ∞ was read, from a key or value that all of these rows use, or from memory that was never written.",
    fix: "Load 0 after the end of keys and values and for memory that was never written: a weight of 0 does not help, because 0 · NaN is NaN.",
    *variants({ dump }) {
      if (!dump) return;
      const key = lostKeyOf(dump);
      if (key !== undefined || dump.wrongRows.length === dump.got.rows)
        yield lostAsDumped(dump, key === undefined ? undefined : { key });
    },
  }),
  undefinedNumbers({
    id: "nan-made",
    title: "Some single rows are NaN: their query has a NaN, or their softmax is 0/0 or ∞ − ∞.",
    fix: "Check if all scores of the row are −∞ before the softmax, or if one overflows its type.",
    *variants({ dump }) {
      if (dump && dump.wrongRows.length < dump.got.rows && lostKeyOf(dump) === undefined)
        yield lostAsDumped(dump, { first: dump.wrongRows[0], rows: dump.wrongRows.length });
    },
  }),
];
