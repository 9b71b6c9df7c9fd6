import { readCell } from "./cell.js";
import { plainString } from "./decode.js";

// What stands in a cell that holds nothing: one list for everything that is read.

/** What programs write for a missing value, and people for an answer that they do not have. */
const MISSING = "null|none|n/?a|<na>|missing|nothing|--|\\?+|_+";

/**
 * What people write as well. In a table of a program these are a sign without its number, a masked cell, and what was left out when it
 * was printed.
 */
const MARKS = "-+|–+|—+|·+|…+|\\.";

/** Every one of them but nothing at all, as a part of a pattern. */
export const BLANK = `(?:${MISSING}|${MARKS})`;

const MISSING_CELL = new RegExp(`^(?:${MISSING})$`, "i");
const BLANK_CELL = new RegExp(`^${BLANK}?$`, "i");

/** Whether a cell says that its value is missing, in any table. */
export const isMissing = (cell: string): boolean => MISSING_CELL.test(cell);

/** Whether a cell of a sheet is left blank, or says so. */
export const isBlank = (cell: string): boolean => BLANK_CELL.test(cell);

/**
 * What cells without a number are: `refused`; or, where they say that a value is missing, NaN (`nan`); or, on the sheet of a person, all
 * that are blank (`unanswered`). On a sheet a percentage is a number, too.
 */
export type EmptyCells = "refused" | "nan" | "unanswered";

/** What a cell says: a number, true or false, null for one that holds nothing, undefined for what is none of these. `sums` as in `readCell`. */
export function readCellOf(
  cell: string,
  emptyCells: EmptyCells,
  sums = false,
): number | boolean | null | undefined {
  if (emptyCells !== "unanswered") return readCell(cell, sums) ?? (isMissing(cell) ? null : undefined);
  const text = plainString(cell).trim();
  return isBlank(text) ? null : readCell(withoutPercent(text), sums);
}

/** A percentage as a number with the same digits: 33 % is 33e-2. */
export const withoutPercent = (text: string): string =>
  text.replace(/^([-+]?(?:\d+(?:\.\d*)?|\.\d+))\s?%$/, "$1e-2");
