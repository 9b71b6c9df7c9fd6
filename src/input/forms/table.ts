import type { ErrorCode } from "../../errors.js";
import { counted } from "../../errors.js";
import { MISSING_HINT } from "../cell.js";
import { cellProblem, isLeftOut, valueOfCell } from "../cell-problem.js";
import { refuseAt, type Source } from "../source.js";
import { gridValue, type NumbersValue } from "../value.js";
import type { FormOptions, Parsed, Span } from "./form.js";

/** Rows of cells as text, and the place of each cell. */
export interface TextTable {
  readonly source: Source;
  readonly cells: readonly (readonly string[])[];
  /** Returns the place of a cell, or an empty place at the end of the row if there is no such cell. */
  spanOf(row: number, col: number): Span;
  /** Converts a cell to arithmetic, for forms with a syntax of their own: `\frac{1}{2}` to `(1)/(2)`. */
  spell?(cell: string): string;
}

/** Builds the parse result of a text with one table. Throws the errors of `readTable`. */
export function parseTable(
  table: TextTable,
  options: FormOptions,
  about: Pick<Parsed, "form" | "remarks" | "labels" | "columnLabels" | "assigned">,
): Parsed & { readonly value: NumbersValue } {
  const value = readTable(table, options);
  return {
    source: table.source,
    value,
    decimalComma: options.decimalComma,
    ...about,
    spanOf: (_, cell) => table.spanOf(Math.floor(cell / value.cols), cell % value.cols),
  };
}

/**
 * Reads the numbers of a table. Throws RAGGED_ROWS, EMPTY_CELL, NOT_A_NUMBER or INTEGER_TOO_LARGE at the first wrong
 * cell.
 */
export function readTable(table: TextTable, options: FormOptions): NumbersValue {
  const { source, cells } = table;
  const rows = cells.length;
  const cols = cells[0]?.length ?? 0;
  if (cols === 0 && rows > 0) refuseEmpty(source, options.subject);
  const data = new Float64Array(rows * cols);
  let firstBoolean = -1;
  for (let row = 0; row < rows; row++) {
    checkLength(table, row, cols, options.subject);
    for (let col = 0; col < cols; col++) {
      const value = cellValue(table, row, col, options);
      if (firstBoolean < 0 && typeof value === "boolean") firstBoolean = row * cols + col;
      data[row * cols + col] = Number(value);
    }
  }
  const start = rows > 0 ? table.spanOf(0, 0).start : 0;
  return gridValue(start, { rows, cols, data }, firstBoolean);
}

/** Throws EMPTY_MATRIX for a text without numbers. */
export function refuseEmpty(source: Source, subject: string, at = 0): never {
  return refuseAt(source, at, "EMPTY_MATRIX", `${subject} holds no numbers.`, "Give at least one number.");
}

function checkLength({ source, cells, spanOf }: TextTable, row: number, cols: number, subject: string): void {
  const count = cells[row].length;
  if (count === cols) return;
  // If the text has a mark for omitted values (…), that is the error to report, not the different lengths.
  const left = cells[row].findIndex(isLeftOut);
  if (left >= 0) {
    const { code, message, hint } = cellProblem(cells[row][left]);
    refuseAt(source, spanOf(row, left).start, code, `${subject}[${row}, ${left}]: ${message}.`, hint);
  }
  const at = spanOf(row, Math.min(count, cols)).start;
  refuseAt(source, at, "RAGGED_ROWS", raggedMessage(subject, row, count, cols), RAGGED_HINT);
}

export const RAGGED_HINT = "Every row needs the same number of values.";

/** Returns the message for a row of another length: "query is ragged: row 2 has 3 values, row 0 has 4." */
export function raggedMessage(subject: string, row: number, count: number, expected: number): string {
  return `${subject} is ragged: row ${row} has ${counted(count, "value")}, row 0 has ${expected}.`;
}

function cellValue(table: TextTable, row: number, col: number, options: FormOptions): number | boolean {
  const cell = table.cells[row][col];
  const { emptyCells, decimalComma, subject } = options;
  const fail = (code: ErrorCode, what: string, hint: string): never =>
    refuseAt(table.source, table.spanOf(row, col).start, code, `${subject}[${row}, ${col}]${what}.`, hint);
  if (cell === "" && emptyCells !== "unanswered")
    return fail("EMPTY_CELL", " is empty", "Write a number there, or NaN.");
  if (decimalComma && cell.includes(".")) {
    const what = `: ${JSON.stringify(cell)} has a point, but here a comma is the decimal mark`;
    return fail("NOT_A_NUMBER", what, "Use one decimal mark, and none between thousands.");
  }
  const value = valueOfCell(decimalComma ? cell.replace(",", ".") : cell, emptyCells, table.spell);
  if (value === null)
    return emptyCells === "refused" ? fail("EMPTY_CELL", ` is missing: ${cell}`, MISSING_HINT) : Number.NaN;
  if (typeof value !== "object") return value;
  return fail(value.code, `: ${value.message}`, value.hint);
}
