import { readCellOf } from "../blank.js";
import { isRoundedInteger, MISSING_HINT } from "../cell.js";
import { cellProblem, roundedProblem } from "../cell-problem.js";
import { plainString } from "../decode.js";
import { refuseAt, type Source } from "../source.js";
import type { NumbersValue } from "../value.js";
import type { FormOptions, Parsed, Span } from "./form.js";

/** Rows of cells as text, and where each cell stands. */
export interface TextTable {
  readonly source: Source;
  readonly cells: readonly (readonly string[])[];
  /** Where a cell stands; an empty piece at the end of the row when it has no such cell. */
  spanOf(row: number, col: number): Span;
  /** The arithmetic that a cell stands for, where a form has a language of its own: `\frac{1}{2}` is `(1)/(2)`. */
  spell?(cell: string): string;
}

/** The table as what was read of a text that holds nothing else. Throws what `readTable` throws. */
export function parseTable(
  table: TextTable,
  options: FormOptions,
  about: Pick<Parsed, "form" | "remarks" | "labels" | "columnLabels" | "sums" | "assigned">,
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

/** The numbers of a table. Throws RAGGED_ROWS, EMPTY_CELL, NOT_A_NUMBER or INTEGER_TOO_LARGE at the first cell at fault. */
export function readTable(table: TextTable, options: FormOptions): NumbersValue {
  const { cells } = table;
  const rows = cells.length;
  const cols = cells[0]?.length ?? 0;
  if (cols === 0 && rows > 0) refuseEmpty(table.source, options.subject);
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
  return { kind: "numbers", start, rows, cols, data, flat: false, firstBoolean };
}

/** Throws EMPTY_MATRIX for a text without a number in it. */
export function refuseEmpty(source: Source, subject: string, at = 0): never {
  return refuseAt(source, at, "EMPTY_MATRIX", `${subject} holds no numbers.`, "Give at least one number.");
}

function checkLength(table: TextTable, row: number, cols: number, subject: string): void {
  const count = table.cells[row].length;
  if (count === cols) return;
  const at = table.spanOf(row, Math.min(count, cols)).start;
  // Where values were left out the rows differ in length, and that is not what is wrong.
  const left = table.cells[row].findIndex((cell) => /^(\.\.\.|…)$/.test(cell));
  if (left >= 0) {
    const { message, hint } = cellProblem(table.cells[row][left]);
    const place = `${subject}[${row}, ${left}]`;
    refuseAt(table.source, table.spanOf(row, left).start, "NOT_A_NUMBER", `${place}: ${message}.`, hint);
  }
  refuseAt(table.source, at, "RAGGED_ROWS", raggedMessage(subject, row, count, cols), RAGGED_HINT);
}

export const RAGGED_HINT = "Every row needs the same number of values.";

/** "query is ragged: row 2 has 3 values, row 0 has 4." */
export function raggedMessage(subject: string, row: number, count: number, expected: number): string {
  const values = count === 1 ? "1 value" : `${count} values`;
  return `${subject} is ragged: row ${row} has ${values}, row 0 has ${expected}.`;
}

function cellValue(table: TextTable, row: number, col: number, options: FormOptions): number | boolean {
  const cell = table.cells[row][col];
  const place = `${options.subject}[${row}, ${col}]`;
  const refuse = (code: "EMPTY_CELL" | "NOT_A_NUMBER" | "INTEGER_TOO_LARGE", message: string, hint: string) =>
    refuseAt(table.source, table.spanOf(row, col).start, code, message, hint);
  const { emptyCells } = options;
  if (cell === "" && emptyCells !== "unanswered")
    return refuse("EMPTY_CELL", `${place} is empty.`, "Write a number there, or NaN.");
  if (options.decimalComma && cell.includes(".")) {
    const shown = JSON.stringify(cell);
    const message = `${place}: ${shown} has a point, but here a comma is the decimal mark.`;
    return refuse("NOT_A_NUMBER", message, NO_POINTS);
  }
  const text = options.decimalComma ? cell.replace(",", ".") : cell;
  const spelled = table.spell?.(text) ?? text;
  const value = readCellOf(spelled, emptyCells, table.spell !== undefined);
  if (value === null) {
    return emptyCells === "refused"
      ? refuse("EMPTY_CELL", `${place} is missing: ${cell}.`, MISSING_HINT)
      : Number.NaN;
  }
  if (value === undefined) {
    const { message, hint } = cellProblem(spelled.includes("(") ? cell : spelled);
    return refuse("NOT_A_NUMBER", `${place}: ${message}.`, hint);
  }
  if (typeof value === "number" && isRoundedInteger(plainString(text), value)) {
    const { message, hint } = roundedProblem(cell, value);
    return refuse("INTEGER_TOO_LARGE", `${place}: ${message}`, hint);
  }
  return value;
}

const NO_POINTS = "Use one decimal mark, and none between thousands.";
