import { tabulate, upTo } from "../../math/lists.js";
import { joinRanges, type Range, rangesOf } from "../../math/ranges.js";
import { remember } from "../../math/remember.js";
import { isOff } from "./rule.js";

/** Where an answer is wrong. */
export interface Where {
  /** The first and last row of each range of wrong rows. If there are too many ranges, the closest ones are merged. */
  readonly rows: readonly Range[];
  /** The pattern of wrong rows at equal distances, for example every 64th from row 63. */
  readonly every: { readonly first: number; readonly step: number } | null;
  /** The wrong columns as ranges, if not all columns are wrong. */
  readonly columns: "all" | readonly Range[];
  /**
   * A map with one mark per block of rows and columns: "·" right, " " not compared, 1–9 wrong (each step is twice as
   * far off), "∞" not finite.
   */
  readonly map: MapOfErrors;
}

export interface MapOfErrors {
  readonly lines: readonly string[];
  readonly rowsOfLine: number;
  readonly columnsOfMark: number;
}

const MAX_RANGES = 8;
const MAX_LINES = 12;
const MAX_MARKS = 32;

/**
 * Finds where cells are wrong. `units` has n·d numbers, in rows of `cols`. `compared` lists the rows that were
 * compared, if not all were.
 */
export function locate(units: Float64Array, cols: number, compared?: readonly number[]): Where {
  const rows = units.length / cols;
  const wrongRows = wrongRowsIn(units, cols);
  const wrongColumns = indicesWhere(cols, (col) => isOffInColumn(units, cols, col));
  const ranges = rangesOf(wrongRows);
  const step = compared ? undefined : stepOf(ranges);
  return {
    rows: mergeRanges(ranges),
    every: step === undefined ? null : { first: ranges[0][0], step },
    columns: wrongColumns.length === cols ? "all" : mergeRanges(rangesOf(wrongColumns)),
    map: drawMap(units, rows, cols, compared),
  };
}

const known = new WeakMap<Float64Array, readonly number[]>();

/** Returns the rows with a wrong cell, in ascending order. `units` has n·d numbers, in rows of `cols`. */
export const wrongRowsIn = (units: Float64Array, cols: number): readonly number[] =>
  remember(known, units, () => indicesWhere(units.length / cols, (row) => isOffInRow(units, cols, row)));

/** Whether some cell of a row is wrong. */
export const isOffInRow = (units: Float64Array, cols: number, row: number): boolean =>
  isAnyOff(units, row * cols, (row + 1) * cols, 1);

/** Whether some cell of a column is wrong. */
export const isOffInColumn = (units: Float64Array, cols: number, col: number): boolean =>
  isAnyOff(units, col, units.length, cols);

function isAnyOff(units: Float64Array, first: number, end: number, step: number): boolean {
  for (let at = first; at < end; at += step) if (isOff(units[at])) return true;
  return false;
}

/** Returns the numbers 0, 1, … count − 1 for which `holds` is true; all of them by default. */
export function indicesWhere(count: number, holds: (index: number) => boolean = () => true): number[] {
  return upTo(count).filter(holds);
}

/**
 * Chooses at most `most` rows at equal distances, including the first and the last. The order is descending, because
 * the last rows show most.
 */
export function spread(rows: readonly number[], most: number): readonly number[] {
  if (rows.length <= most) return rows.toReversed();
  return Array.from(
    { length: most },
    (_, index) => rows[Math.round(((most - 1 - index) * (rows.length - 1)) / (most - 1))],
  );
}

function mergeRanges(ranges: readonly Range[]): readonly Range[] {
  const gaps = ranges.slice(1).map(([first], at) => first - ranges[at][1]);
  return joinRanges(ranges, gaps.toSorted((a, b) => b - a)[MAX_RANGES - 1] ?? 1);
}

const MIN_STEPS = 3;

/** Returns the distance between ranges if there are at least three of them at equal distances. */
function stepOf(ranges: readonly Range[]): number | undefined {
  if (ranges.length < MIN_STEPS) return undefined;
  const step = ranges[1][0] - ranges[0][0];
  const isRegular = ranges.every(([first], at) => at === 0 || first - ranges[at - 1][0] === step);
  return isRegular ? step : undefined;
}

function drawMap(
  units: Float64Array,
  rows: number,
  cols: number,
  compared: readonly number[] | undefined,
): MapOfErrors {
  const rowsOfLine = blockSize(rows, MAX_LINES);
  const columnsOfMark = blockSize(cols, MAX_MARKS);
  /** Finds the largest error of a block. */
  const worstIn = (firstRow: number, firstCol: number) => {
    const endCol = Math.min(cols, firstCol + columnsOfMark);
    let worst = 0;
    for (let row = firstRow; row < Math.min(rows, firstRow + rowsOfLine); row++) {
      for (let at = row * cols + firstCol; at < row * cols + endCol; at++)
        if (units[at] > worst) worst = units[at];
    }
    return worst;
  };
  const lines = tabulate(Math.ceil(rows / rowsOfLine), (line) => {
    const isKnown = compared?.some((row) => Math.floor(row / rowsOfLine) === line) !== false;
    const marks = tabulate(Math.ceil(cols / columnsOfMark), (mark) =>
      isKnown ? markOf(worstIn(line * rowsOfLine, mark * columnsOfMark)) : " ",
    );
    return marks.join("");
  });
  return { lines, rowsOfLine, columnsOfMark };
}

/**
 * Returns the size of a block, in rows or columns. It is a power of two, so that blocks end where tiles of kernels end.
 */
function blockSize(count: number, most: number): number {
  let size = 1;
  while (Math.ceil(count / size) > most) size *= 2;
  return size;
}

function markOf(units: number): string {
  if (!isOff(units)) return "·";
  if (!Number.isFinite(units)) return "∞";
  return String(Math.min(9, Math.max(1, Math.floor(Math.log2(units / 8)) + 1)));
}
