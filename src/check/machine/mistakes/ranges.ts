import { rowOf } from "../../../math/matrix.js";
import { bestRange, expectedRange, type KeyRange, type RangeRule, ruleOf } from "../keys-used.js";
import { scoresOfRow } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { KernelMistake, RowMaker, Suspicion, Variant } from "./kernel-mistake.js";
import { isKeyLengthAlone } from "./mask-settings.js";
import { TILES } from "./online.js";

// Masks that are wrong in ways that no list knows: which keys were used is read off; and what stands in rows without keys.

const FORMULA = "s_ij = −∞ where query i may not attend to key j";

/** A row over other keys than it may attend to. */
const over =
  (rangeFor: (row: number) => KeyRange): RowMaker =>
  (task, row) => {
    const { low, high } = rangeFor(row);
    const scores = scoresOfRow({ ...task, blocked: undefined }, row);
    scores.fill(Number.NEGATIVE_INFINITY, 0, Math.max(0, low)).fill(Number.NEGATIVE_INFINITY, high);
    return makeRow(task, row, scores);
  };

const diagonalTileOpen: KernelMistake = {
  id: "diagonal-tile-unmasked",
  step: "masked-scores",
  title: "In the tile on the diagonal no key was masked: rows see all keys of it.",
  formula: FORMULA,
  fix: "Leave out whole tiles beyond the diagonal, and mask the one that it runs through key by key.",
  variants: (given) =>
    given.tasks.every(({ blocked }) => blocked !== undefined) && !isKeyLengthAlone(given)
      ? TILES.filter((tile) => tile > 1 && tile < given.tasks[0].key.rows).map((tile) => ({
          parameters: { tile },
          make: (task, row) => {
            const { low, high } = expectedRange(task, row);
            const end = Math.min(task.key.rows, Math.ceil(high / tile) * tile);
            return over(() => ({ low, high: end }))(task, row);
          },
        }))
      : [],
};

const MOST_READ = 6;

/** What is tried when no other mask gives an answer: the ranges that a few rows show, where they follow a rule. */
export const otherKeysAttended: KernelMistake = {
  id: "other-keys-attended",
  step: "masked-scores",
  title: "The rows are made of other keys than they may attend to.",
  formula: FORMULA,
  fix: "Compare the keys that were used with the mask that is meant: an offset, a window or a length differs.",
  *variants({ dump }: Suspicion): Generator<Variant> {
    if (!dump || dump.got.cols < FEWEST_COLUMNS) return;
    const { task, got, wrongRows } = dump;
    const step = Math.max(1, Math.ceil(wrongRows.length / MOST_READ));
    const rows = wrongRows.filter((_, index) => index % step === 0);
    const read: { readonly row: number; readonly range: KeyRange }[] = [];
    for (const row of rows) {
      const range = bestRange(task, row, rowOf(got, row));
      if (range && range.off > FAR_OFF) return;
      if (range) read.push({ row, range });
    }
    const rule = read.length > 1 ? ruleOf(read, task.key.rows) : undefined;
    if (!rule) return;
    // Rows that are right stay as they are: a rule of the wrong ones need not hold there.
    yield { parameters: { keys: rule.text }, make: withRule(rule) };
  },
};

/** A row that is this share of its squares away from every range is made of none, in whatever precision. */
const FAR_OFF = 0.02;

/** A range that is fitted to few numbers fits them anyway. */
const FEWEST_COLUMNS = 4;

const withRule = (rule: RangeRule): RowMaker => over((row) => rule.rangeOf(row));

const emptyRow: KernelMistake = {
  id: "empty-row",
  step: "weights",
  title: "A row that may attend to nothing holds something else than it should.",
  formula: "a row without keys has no weights: 0/0, unless something is made of it",
  fix: "Say what is meant with --empty-row zero, nan or uniform, or guard the division by the sum of the row.",
  *variants({ tasks, dump }) {
    if (!dump || tasks.some(({ blocked }) => blocked === undefined)) return;
    const isEmpty = (row: number) => {
      const { low, high } = expectedRange(dump.task, row);
      return low === high;
    };
    if (!dump.wrongRows.every(isEmpty)) return;
    yield { parameters: { holds: "NaN" }, make: filled(() => Number.NaN) };
    yield { parameters: { holds: "zeros" }, make: filled(() => 0) };
    yield { parameters: { holds: "the mean of the values" }, make: filled((count) => 1 / count) };
  },
};

/** Rows without keys with one weight for all. */
const filled =
  (weight: (numKeys: number) => number): RowMaker =>
  (task, row) =>
    makeRow(task, row) ??
    makeRow({ ...task, blocked: undefined }, row, undefined, (scores) =>
      scores.map(() => weight(scores.length)),
    );

export const RANGES: readonly KernelMistake[] = [emptyRow, diagonalTileOpen];
