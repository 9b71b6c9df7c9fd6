import { cellOf, type Matrix } from "../../math/matrix.js";
import { alignTo, type Labels, labelsOf, truncate, widest } from "../../render/label.js";
import { chooseFormat, type FormatNumber } from "../../render/number.js";
import { axesOf, findStep, matrixOf, type Trace } from "../../trace/trace.js";

/** A matrix as it is written on the screen: its names and numbers, and how wide they are. */
export interface Grid {
  readonly key: string;
  readonly rows: number;
  readonly cols: number;
  readonly rowNames: Labels;
  readonly colNames: Labels;
  /** Columns of the screen for the names of rows, and for a cell. */
  readonly side: number;
  readonly wide: number;
  text(row: number, col: number): string;
  /** How dark a weight is; nothing for other numbers. */
  shade(row: number, col: number): string;
}

/** Cells that are set off: the one under the cursor stands in brackets, those that it is made of in angles. */
export interface SetOff {
  readonly cursor?: readonly [row: number, col: number];
  readonly used: ReadonlySet<string>;
}

const NARROWEST = 9;
const WIDEST = 12;
const SHADES = [" ", "░", "▒", "▓", "█"];

/** How a cell is known among those that are used. */
export const placeOf = (row: number, col: number): string => `${row},${col}`;

/** A matrix of a run. `isTurned`: its rows are written as columns. Of a long one the widest numbers are looked for around `near`. */
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

/** More numbers than these are not all written to find the widest. */
const MOST_WRITTEN = 4096;

const widestNumber = ({ data }: Matrix, format: FormatNumber): number =>
  widest(Array.from(data.subarray(0, MOST_WRITTEN), format));

/** The names of columns, right above their numbers. */
export const headOf = ({ colNames, wide }: Grid, cols: readonly number[]): string =>
  cols.map((col) => `${alignTo(truncate(colNames.at(col), wide - 2, "…"), wide - 1, "right")} `).join("");

/** The name of a row, so wide. */
export const nameOf = ({ rowNames }: Grid, row: number, side: number): string =>
  alignTo(truncate(rowNames.at(row), side, "…"), side, "left");

/** The numbers of a row. */
export function cellsOf(grid: Grid, row: number, cols: readonly number[], { cursor, used }: SetOff): string {
  return cols
    .map((col) => {
      const isCursor = cursor?.[0] === row && cursor[1] === col;
      const [open, close] = isCursor ? "[]" : used.has(placeOf(row, col)) ? "‹›" : "  ";
      return alignTo(`${open}${grid.text(row, col)}${close}${grid.shade(row, col)}`, grid.wide, "right");
    })
    .join("");
}
