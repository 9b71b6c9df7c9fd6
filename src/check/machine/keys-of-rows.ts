import { rowOf } from "../../math/matrix.js";
import { type RoundingModel, varianceOfRow } from "./expected-error.js";
import type { Judged } from "./judge-output.js";
import { nearestChanges } from "./keys-changed.js";
import {
  expectedRange,
  isWithin,
  type KeyRange,
  type RangeRule,
  type RowKeys,
  readKeys,
  ruleOf,
} from "./keys-used.js";
import { scoresSeeing } from "./row-scores.js";
import { makeRow, type RowOfErrors } from "./rows.js";
import { isOff, unitOf } from "./rule.js";
import type { Target } from "./target.js";
import type { Task } from "./task.js";
import { indicesWhere, spread, wrongRowsIn } from "./where.js";

// Finds which keys the wrong rows of an output used.

/** The keys that rows should use and those that they used, as text: "0…i", "0…i+1". */
export interface KeysUsed {
  readonly expected: string;
  readonly seen: string;
  /** The number of rows in which the keys were found, and `of`, the number of rows examined. */
  readonly rows: number;
  readonly of: number;
  /** The rows that were examined, in ascending order, and `keys`, the number of keys. */
  readonly looked: readonly RowKeys[];
  readonly keys: number;
}

const MAX_READ = 12;

/**
 * The number of rows that are examined first. If none of them uses a range of keys, or all of them obey a known rule,
 * the other rows are skipped. A rule that these rows show is tried first on the others.
 */
const FIRST_READ = 4;

/** Returns every third row first, then the rows between. */
const evenlyFirst = (rows: readonly number[]) =>
  [0, 1, 2].flatMap((rest) => rows.filter((_, index) => index % 3 === rest));

const MAX_LISTED = 4;

/** Describes single rows if no rule describes them all: `row 64: 0–63 of 0–64; row 96: 0–63 of 0–96`. */
function rowByRow(read: readonly RowKeys[]): string {
  const text = ({ low, high }: KeyRange) => (low < high ? `${low}–${high - 1}` : "none");
  const changes = (keys: readonly number[], range: KeyRange) => {
    const [lost, more] = [true, false].map((isOwn) =>
      keys.filter((key) => isWithin(range, key) === isOwn).join(" and "),
    );
    return [lost && `without ${lost}`, more && `and ${more}`].filter(Boolean).join(" ");
  };
  const texts = read
    .toSorted((a, b) => a.row - b.row)
    .flatMap(({ row, seen, expected, changed }) => {
      if (!seen && !changed) return [];
      return `row ${row}: ${seen ? `${text(seen)} of ${text(expected)}` : `${text(expected)} ${changes(changed ?? [], expected)}`}`;
    });
  return texts.slice(0, MAX_LISTED).join("; ");
}

/**
 * Finds which keys the wrong rows used, and the rule that describes them, if any. Returns undefined if no keys explain
 * any row. Rules of other outputs of the run are tried before any range is searched for.
 */
export function readKeysUsed(
  { of, got }: Target,
  { units, rounding }: Judged,
  {
    keyRules: rules,
    slack,
  }: { readonly keyRules: readonly RangeRule[]; readonly slack?: Float64Array | undefined },
) {
  if (of?.what !== "output" || of.task.sink !== undefined || got.cols < 2) return undefined;
  const { task, statistics } = of;
  const wrong = wrongRowsIn(units, got.cols);
  const step = Math.max(1, Math.ceil(wrong.length / MAX_READ));
  const all = evenlyFirst(wrong.filter((_, index) => index % step === 0));
  const testOf = (row: number) =>
    keysTest(task, row, {
      got: rowOf(got, row),
      slack: slack?.subarray(row * got.cols, (row + 1) * got.cols),
      rounding,
      meanSquares: statistics.meanSquares,
    });
  const isWrong = new Set(wrong);
  const right = spread(
    indicesWhere(got.rows, (row) => !isWrong.has(row)),
    MAX_READ,
  ).map((row) => ({ row, range: expectedRange(task, row) }));
  const readRow = (row: number, rule?: RangeRule): RowKeys => {
    const expected = expectedRange(task, row);
    const seenByRule = rule?.rangeOf(row);
    const test = testOf(row);
    if (seenByRule && test.ofRange(seenByRule)) return { row, expected, seen: seenByRule };
    const found = readKeys(task, row, rowOf(got, row), test.ofRange);
    const changed = found.seen ? undefined : nearestChanges(task, row, rowOf(got, row)).find(test.ofChange);
    return changed ? { ...found, changed } : found;
  };
  const rows = all.slice(0, FIRST_READ);
  const known = rules.find(({ rangeOf }) => rows.every((row) => testOf(row).ofRange(rangeOf(row))));
  const read = rows.map((row) => readRow(row, known));
  const seenIn = (some: readonly RowKeys[]) =>
    some.flatMap(({ row, seen: range }) => (range ? [{ row, range }] : []));
  if (read.every((one) => !one.seen && !one.changed)) return undefined;
  if (!known) {
    const likely = ruleOf(seenIn(read), task.key.rows, right);
    read.push(...all.slice(FIRST_READ).map((row) => readRow(row, likely)));
  }
  const seen = seenIn(read);
  const isChanged = read.some(({ changed }) => changed);
  const numKeys = task.key.rows;
  const expected = read.map(({ row, expected: range }) => ({ row, range }));
  const rule = isChanged ? undefined : (known ?? ruleOf(seen, numKeys, right));
  // A sink is visible to every row beside its keys, so the keys are no longer one range.
  const isRange = (task.blocked?.numRuled ?? numKeys) === numKeys;
  const keysUsed: KeysUsed = {
    expected: (isRange ? ruleOf(expected, numKeys)?.text : undefined) ?? "those of the mask",
    seen: rule?.text ?? rowByRow(read),
    rows: read.filter((one) => one.seen ?? one.changed).length,
    of: read.length,
    looked: read.toSorted((a, b) => a.row - b.row),
    keys: numKeys,
  };
  return { keysUsed, rule };
}

/** Finds which keys a row of an output used. */
export const readKeysOfRow = (
  task: Task,
  row: number,
  got: Float64Array,
  rounding: RoundingModel,
  meanSquares: Float64Array,
): RowKeys => readKeys(task, row, got, keysTest(task, row, { got, rounding, meanSquares }).ofRange);

/** A row of an output, and what its expected rounding error depends on. */
interface GotRow {
  readonly got: Float64Array;
  readonly slack?: Float64Array | undefined;
  readonly rounding: RoundingModel;
  readonly meanSquares: Float64Array;
}

/**
 * Returns tests whether a row is, within rounding, the attention over other keys: over a range, or with some keys
 * changed.
 */
function keysTest(task: Task, row: number, { got, slack, rounding, meanSquares }: GotRow) {
  const isMadeBySeeing = (isSeen: (key: number, isOwn: boolean) => boolean): boolean => {
    const made = makeRow(task, row, scoresSeeing(task, row, isSeen));
    if (!made) return false;
    const isNear = (of: RowOfErrors): boolean => {
      const variance = varianceOfRow(of, meanSquares, { ...rounding, roundsScores: true }, task.query.cols);
      return made.output.every((value, c) => !isOff(unitOf(got[c], value, variance[c], slack?.[c])));
    };
    // Often storing the numbers explains a row by itself. Then what its weights add to the error need not be summed.
    const { output, keys, sum, score, norms } = made;
    const none = new Float64Array(output.length);
    return isNear({ output, keys, sum, score, norms, squares: none, spread: none }) || isNear(made);
  };
  return {
    ofRange: (range: KeyRange) => isMadeBySeeing((key) => isWithin(range, key)),
    ofChange: (keys: readonly number[]) => isMadeBySeeing((key, isOwn) => keys.includes(key) !== isOwn),
  };
}
