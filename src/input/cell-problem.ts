import { setting } from "../errors.js";
import { type EmptyCells, readCellOf } from "./blank.js";
import { isRoundedInteger, PLAIN_NUMBER, SIGN, shorten } from "./cell.js";
import { plainString } from "./decode.js";

/** The problem with a cell, and a hint. */
export interface CellProblem {
  readonly code: "NOT_A_NUMBER" | "INTEGER_TOO_LARGE";
  readonly message: string;
  readonly hint: string;
}

/**
 * Reads a cell: a number or true/false, null if it is marked as missing, or the problem with it. `spell` translates the
 * notation of a form into arithmetic, and then sums are read as well: `\\frac{1}{2}` becomes `(1)/(2)`.
 */
export function valueOfCell(
  cell: string,
  emptyCells: EmptyCells,
  spell?: (cell: string) => string,
): number | boolean | null | CellProblem {
  const spelled = spell?.(cell) ?? cell;
  const value = readCellOf(spelled, emptyCells, spell !== undefined);
  if (value === undefined) return cellProblem(spelled.includes("(") ? cell : spelled);
  if (typeof value !== "number" || !isRoundedInteger(plainString(cell), value)) return value;
  return {
    code: "INTEGER_TOO_LARGE",
    message: `${shorten(cell, 40)} is too large to be kept exactly: it would become ${value}`,
    hint: "Write it with a point or an exponent if the rounding is meant.",
  };
}

const PRINT_ALL = `Print all of it: np.set_printoptions(threshold=sys.maxsize), torch.set_printoptions(profile='full'), qkv ${setting("full")}.`;

const NO_THOUSANDS = "Write 1234.5 without them.";

type Problem = readonly [pattern: RegExp, what: string, hint: string];

/** Texts that are not numbers, what they are, and what to write instead. The first match counts. */
const PROBLEMS: readonly Problem[] = [
  [
    SIGN,
    "a sign without its number",
    "Write it directly before the number, as -1; rows of a list need no mark.",
  ],
  [
    /^[-+]?[\d.]+(?:[eE][-+]?\d+)?(?:\s*[-+]\s*[\d.]+(?:[eE][-+]?\d+)?)?\*?(?:im?|j|I)$/,
    "a complex number",
    "Attention is computed on real numbers.",
  ],
  [
    /^\d{1,4}[-/]\d{1,2}[-/]\d{1,4}(?:[ T]|$)|^\d{1,2}\.\d{1,2}\.\d{2,4}$/,
    "a date, not a number",
    "Format the cells as numbers, and save again.",
  ],
  [
    /^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/,
    "not a number: it may have a decimal comma or thousands commas",
    `Write 1234.5 without commas, or add ${setting("decimalComma")}.`,
  ],
  [/^[-+]?\d+,\d+$/, "not a number", `For decimal commas add ${setting("decimalComma")}.`],
  [/^[\d.]+\s*[-–+]\s*[\d.]+$/, "a sum or a range, not a number", "Write the number."],
  [
    /^[-+]?\d+\s*\/\/\s*[-+]?\d+$/,
    "a whole number in Python and a fraction in Julia",
    "Write one / for the fraction, or the whole number.",
  ],
  [/^[-+]?[\d.]+\/0+$/, "a division by zero", "Write inf if infinity is meant."],
  [PLAIN_NUMBER, "beyond the largest number, about 1.8e308", "Write inf if infinity is meant."],
  [/^[-+]?\d{1,3}(?:\.\d{3})+,\d+$/, "not a number: it has points between thousands", NO_THOUSANDS],
  [/^[-+]?[\d.,]*\s*%$/, "not a number", "Write 0.5 for 50%."],
  [/^[-+]?0[xXbBoO][\da-fA-F_]+$/, "not a decimal number", "Write it to the base ten."],
  [
    /^[-+]?\d+(?:[ '’_]\d{3})+(?:[.,]\d+)?$/,
    "not a number: it may have marks between thousands",
    NO_THOUSANDS,
  ],
  [/^[-+]?[$€£¥]|[$€£¥]$/, "an amount of money", "Write only the number."],
  [/^\d{1,2}:\d{2}(?::\d{2})?$/, "a time, not a number", "Write it as a number."],
  [
    /^[-+.\d]+\s+[-+.\d]+$/,
    "two numbers in one cell",
    "Write the same mark between all cells: 1 2, or 1,2, in every row.",
  ],
  [/^[-+]?\d*(?:\.\d*){2,}$/, "not a number: it has two points", "Write one number in each cell."],
  [/^[~≈<>≤≥±]\s*[-+.\d]/, "not one number", "Write only the number."],
  [/^['"“‘].*\d/, "text in quotes", "Write the number without quotes."],
  [
    /^(?:#|\/\/)/,
    "not a number",
    "A note after a row needs a space on both sides of its #; qkv does not read errors of a spreadsheet.",
  ],
  [/^=/, "a formula, not a number", "Copy the cells as values."],
];

const LONGEST = 400;

/** Explains why a cell is not a number. */
export function cellProblem(cell: string): CellProblem {
  const text = cell.trim();
  const shown = JSON.stringify(shorten(text, 40));
  if (isLeftOut(text))
    return { code: "NOT_A_NUMBER", message: `values were left out at ${shown}`, hint: PRINT_ALL };
  // Longer texts are not attempts at a number, and the patterns would be slow on them.
  const known = text.length <= LONGEST ? PROBLEMS.find(([pattern]) => pattern.test(text)) : undefined;
  const [, what, hint] = known ?? OTHER;
  return { code: "NOT_A_NUMBER", message: `${shown} is ${what}`, hint };
}

/** Whether a cell is the sign for values that were left out in printing. */
export const isLeftOut = (cell: string): boolean => /^(?:\.\.\.|[…⋯⋮⋱])$/.test(cell);

const OTHER: Problem = [/^/, "not a number", "Every cell must be a number, NaN, Infinity or -Infinity."];
