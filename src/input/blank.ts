import { readCell } from "./cell.js";
import { plainString } from "./decode.js";

// The marks for an empty cell: one list for every reader.

/** Marks that programs write for missing values, and people for answers they do not have. */
const MISSING = "null|none|n/?a|<na>|missing|nothing|--|\\?+|_+";

/**
 * Marks that only people use for a blank cell. In a program's table they are a sign without its number, a masked cell,
 * or a part that was left out in printing.
 */
const MARKS = "-+|–+|—+|·+|…+|\\.";

/** All marks, as part of a pattern. The empty text is not included. */
export const BLANK = `(?:${MISSING}|${MARKS})`;

const MISSING_CELL = new RegExp(`^(?:${MISSING})$`, "i");
const BLANK_CELL = new RegExp(`^${BLANK}?$`, "i");

/** Whether a cell is marked as missing, in any table. */
const isMissing = (cell: string): boolean => MISSING_CELL.test(cell);

/** Whether a cell of a sheet is blank or marked as blank. */
export const isBlank = (cell: string): boolean => BLANK_CELL.test(cell);

/**
 * How cells without a number are read: `refused` always; `nan` turns cells that are marked as missing into NaN;
 * `unanswered` accepts all blank cells of a person's sheet. On a sheet, a percentage is also a number.
 */
export type EmptyCells = "refused" | "nan" | "unanswered";

/**
 * Reads a cell: a number, true or false, null for an empty cell, undefined for anything else. `sums` is as in
 * `readCell`.
 */
export function readCellOf(
  cell: string,
  emptyCells: EmptyCells,
  sums = false,
): number | boolean | null | undefined {
  if (emptyCells !== "unanswered") return readCell(cell, sums) ?? (isMissing(cell) ? null : undefined);
  const text = plainString(cell).trim();
  return isBlank(text) ? null : readCell(withoutPercent(text), sums);
}

/** Writes a percentage as a number with the same digits: 33 % is 33e-2. */
export const withoutPercent = (text: string): string =>
  text.replace(/^([-+]?(?:\d+(?:\.\d*)?|\.\d+))\s?%$/, "$1e-2");
