import { rowOf } from "../../math/matrix.js";
import { varianceOfRow, type Working } from "./expected-error.js";
import type { Judged } from "./judge-output.js";
import { type KeyRange, type RowKeys, rangeText, readKeys } from "./keys-used.js";
import { unmaskedScores } from "./row-scores.js";
import { makeRow } from "./rows.js";
import { isOff, unitOf } from "./rule.js";
import type { Target } from "./target.js";
import type { Task } from "./task.js";
import { indicesWhere, isOffInRow } from "./where.js";

// Which keys the wrong rows of an output were made of.

/** Which keys rows should be made of, and which they are made of: "0…i", "0…i+1". */
export interface KeysUsed {
  readonly expected: string;
  readonly seen: string;
  /** Rows in which a range was found, of those that were looked at. */
  readonly rows: number;
  readonly of: number;
  /** The rows that were looked at, in order, and how many keys there are. */
  readonly looked: readonly RowKeys[];
  readonly keys: number;
}

const MOST_READ = 12;

/** Where none of so many rows is made of a range of keys, the others are not asked. */
const FIRST_READ = 4;

/** Every third row, then those between. */
const evenlyFirst = (rows: readonly number[]) =>
  [0, 1, 2].flatMap((rest) => rows.filter((_, index) => index % 3 === rest));

const MOST_TOLD = 4;

/** Where no rule of the row says it: what single rows used, `row 64: 0–63 of 0–64; row 96: 0–63 of 0–96`. */
function rowByRow(read: readonly RowKeys[]): string {
  const text = ({ low, high }: KeyRange) => (low < high ? `${low}–${high - 1}` : "none");
  const told = read
    .toSorted((a, b) => a.row - b.row)
    .flatMap(({ row, seen, expected }) => (seen ? [`row ${row}: ${text(seen)} of ${text(expected)}`] : []));
  return told.slice(0, MOST_TOLD).join("; ");
}

/** Which keys the wrong rows were made of; undefined where no range of keys gives any of them. */
export function readKeysUsed({ of, got }: Target, { units, working }: Judged): KeysUsed | undefined {
  if (of?.what !== "output" || got.cols < 2) return undefined;
  const { task, statistics } = of;
  const wrong = indicesWhere(got.rows, (row) => isOffInRow(units, got.cols, row));
  const step = Math.max(1, Math.ceil(wrong.length / MOST_READ));
  const rows = wrong.filter((_, index) => index % step === 0);
  const read: RowKeys[] = [];
  for (const row of evenlyFirst(rows)) {
    read.push(readKeysOfRow(task, row, rowOf(got, row), working, statistics.meanSquares));
    if (read.length === FIRST_READ && read.every(({ seen }) => seen === undefined)) return undefined;
  }
  const seen = read.flatMap(({ row, seen: range }) => (range ? [{ row, range }] : []));
  const numKeys = task.key.rows;
  const expected = rangeText(
    read.map(({ row, expected: range }) => ({ row, range })),
    numKeys,
  );
  if (seen.length === 0) return undefined;
  return {
    expected: expected ?? "those of the mask",
    seen: rangeText(seen, numKeys) ?? rowByRow(read),
    rows: seen.length,
    of: rows.length,
    looked: read.toSorted((a, b) => a.row - b.row),
    keys: numKeys,
  };
}

/** Which keys a row of an output was made of. */
export function readKeysOfRow(
  task: Task,
  row: number,
  got: Float64Array,
  working: Working,
  meanSquares: Float64Array,
): RowKeys {
  /** Whether the row is the attention over a range of keys, but for rounding. */
  const isMadeOf = ({ low, high }: KeyRange) => {
    const scores = unmaskedScores(task, row);
    scores.fill(Number.NEGATIVE_INFINITY, 0, low).fill(Number.NEGATIVE_INFINITY, high);
    const made = makeRow(task, row, scores);
    if (!made) return false;
    const variance = varianceOfRow(made, meanSquares, { ...working, roundsScores: true }, task.query.cols);
    return made.output.every((value, c) => !isOff(unitOf(got[c], value, variance[c])));
  };
  return readKeys(task, row, got, isMadeOf);
}
