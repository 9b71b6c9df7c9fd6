import { cellOf, type Matrix } from "../../math/matrix.js";
import { alignTo, type Labels, labelsOf, truncate, widest } from "../../render/label.js";
import { chooseFormat, type FormatNumber } from "../../render/number.js";
import { axesOf, findStep, matrixOf, type Trace } from "../../trace/trace.js";

/** A matrix as it is written on the screen: its names, its numbers and their widths. */
export interface Grid {
  readonly key: string;
  readonly rows: number;
  readonly cols: number;
  readonly rowNames: Labels;
  readonly colNames: Labels;
  /** The width of the names of rows, and of a cell, in columns of the screen. */
  readonly side: number;
  readonly wide: number;
  text(row: number, col: number): string;
  /** A character that is darker for a larger weight. Empty for numbers that are no weights. */
  shade(row: number, col: number): string;
}

/** Marked cells. The current cell is in square brackets, the cells that it depends on are in angle brackets. */
export interface SetOff {
  readonly cursor?: readonly [row: number, col: number];
  readonly used: ReadonlySet<string>;
}

const NARROWEST = 9;
const WIDEST = 12;
const SHADES = [" ", "░", "▒", "▓", "█"];

/** Returns the key of a cell in `SetOff.used`. */
export const placeOf = (row: number, col: number): string => `${row},${col}`;

/**
 * Prepares a matrix of a run for the screen. `isTurned` writes its rows as columns. `near` are the rows whose names
 * decide the width of the names.
 */
export function gridOf(trace: Trace, key: string, near: readonly number[], isTurned = false): Grid {
  const matrix = matrixOf(trace, key);
  const format = chooseFormat([matrix.data], 4);
  const names = axesOf(trace, key).map(labelsOf);
  const [rowNames, colNames] = isTurned ? names.toReversed() : names;
  const [rows, cols] = isTurned ? [matrix.cols, matrix.rows] : [matrix.rows, matrix.cols];
  const at = (row: number, col: number) => (isTurned ? cellOf(matrix, col, row) : cellOf(matrix, row, col));
  const isShaded = findStep(trace, key)?.view === "distribution";
  const seen = near.filter((row) => row < rows);
  return {
    key,
    rows,
    cols,
    rowNames,
    colNames,
    side: widest(seen.map((row) => rowNames.at(row))),
    wide: Math.min(WIDEST, Math.max(NARROWEST, 4 + widestNumber(matrix, format) + (isShaded ? 1 : 0))),
    text: (row, col) => format(at(row, col)),
    shade: (row, col) => {
      if (!isShaded) return "";
      const level = Math.ceil(Math.max(0, Math.min(1, at(row, col) || 0)) * (SHADES.length - 1));
      return SHADES[level];
    },
  };
}

/** The maximum number of cells that are formatted to find the widest. */
const MOST_WRITTEN = 4096;

const widestNumber = ({ data }: Matrix, format: FormatNumber): number =>
  widest(Array.from(data.subarray(0, MOST_WRITTEN), format));

/** Returns the names of columns, each right-aligned above its numbers. */
export const headOf = ({ colNames, wide }: Grid, cols: readonly number[]): string =>
  cols.map((col) => `${alignTo(truncate(colNames.at(col), wide - 2, "…"), wide - 1, "right")} `).join("");

/** Returns the name of a row, cut or filled to `side` columns. */
export const nameOf = ({ rowNames }: Grid, row: number, side: number): string =>
  alignTo(truncate(rowNames.at(row), side, "…"), side, "left");

/** Returns the numbers of a row. */
export function cellsOf(grid: Grid, row: number, cols: readonly number[], { cursor, used }: SetOff): string {
  return cols
    .map((col) => {
      const isCursor = cursor?.[0] === row && cursor[1] === col;
      const [open, close] = isCursor ? "[]" : used.has(placeOf(row, col)) ? "‹›" : "  ";
      return alignTo(`${open}${grid.text(row, col)}${close}${grid.shade(row, col)}`, grid.wide, "right");
    })
    .join("");
}
