import { sumOver } from "../../math/lists.js";
import { bestOf, type Strengths } from "./names.js";
import type { Run } from "./runs.js";
import { SIDE_CALCULATION } from "./sheet-names.js";
import { KIND, word } from "./statements/words.js";
import { SUM } from "./table-columns.js";

// Numbers beside the steps, which answer none: constants, the numbers of headings, legends, and sums that check a row.

/** What is around a run. */
interface Around {
  readonly clause: string;
  /** What its clause names, and what its titles name, too. */
  readonly clauseNames: Strengths;
  readonly names: Strengths;
  /** The text of its line. */
  readonly text: string;
  readonly headings: ReadonlySet<string>;
  readonly before: readonly Run[];
}

/** Whether a run answers no step. */
export const isNoAnswer = (
  run: Run,
  { clause, clauseNames, names, text, headings, before }: Around,
): boolean =>
  (run.cells.length === 1 && CONSTANT.test(clause)) ||
  isNumberOfHeading(run, text, headings) ||
  isNumberOfKind(run, text) ||
  isOfLegend(run, text) ||
  clause.startsWith(`${SIDE_CALCULATION}:`) ||
  isCheckOfWeights(run, clauseNames, names) ||
  (SUM.test(clause.trim()) && areSumsOfColumns(run, before));

/** The name of a constant that a sheet uses: `√2 = 1.414`, `√d_k ≈ 1.73`, `e = 2.718`, `d = 3`, `d_model = 4`, `gamma = 1`, `T = 2`. */
export const CONSTANT =
  /(?<![/÷·*]\s*)(?:(?:√|sqrt|wurzel|racine|ra[ií]z|radice)\s*(?:aus|de|di)?\s*\(?\s*(?:[\d.]+|d_?k?)\s*\)?|(?<![\p{L}\d^.])(?:e|[nmhtγβετ]|gamma|beta|eps(?:ilon)?|heads|num_heads|base|d(?:_\w+|im|k|v)?))\s*[=≈]\s*$/iu;

/** The maximum distance from 1 for a sum of weights, and the same in units of its last digit. */
export const OF_WEIGHTS = 0.05;
const UNITS_OF_WEIGHTS = 5;

/** Whether a run checks the weights: `rows sum to 1.00, 1.00`. Such sums answer no step. */
function isCheckOfWeights({ cells }: Run, clauseNames: Strengths, names: Strengths): boolean {
  const own = clauseNames.get("row-sums") ?? 0;
  // A letter may mean the sum or the output, with the same strength.
  const isNamed = own > 0.5 && [...clauseNames].every(([id, other]) => id === "row-sums" || other !== own);
  return (
    (isNamed || bestOf(names)?.[0] === "row-sums") &&
    cells.every(
      ({ cell }) =>
        cell && Math.abs(cell.value - 1) <= Math.min(OF_WEIGHTS, UNITS_OF_WEIGHTS * 10 ** -cell.decimals),
    )
  );
}

/** The line of a heading, without what is behind its number. */
export const headingOf = (text: string): string => text.replace(/[\s:]+$/, "");

/** Whether a number counts headings, `Query 1` and further down `Query 2`. Then it is no number of the sheet. */
function isNumberOfHeading({ cells, before }: Run, text: string, headings: ReadonlySet<string>): boolean {
  const [{ cell, at, end }] = cells;
  const isAlone = cells.length === 1 && before.at(-1)?.kind === "word" && !/[^\s:]/.test(text.slice(end));
  if (!isAlone || cell?.decimals !== 0) return false;
  return [cell.value - 1, cell.value + 1].some((number) => headings.has(`${text.slice(0, at)}${number}`));
}

/** The word before the number of a query or a token in a sentence. */
const OF_KIND = new RegExp(`\\p{L}\\s(?:the\\s)?${word(KIND)}\\s$`, "iu");

/** Whether a whole number only says which query or token a sentence is about: `for query 2 more than for query 1`. */
const isNumberOfKind = ({ cells: [{ cell, at, end }], cells }: Run, text: string): boolean =>
  cells.length === 1 &&
  cell?.decimals === 0 &&
  OF_KIND.test(text.slice(0, at)) &&
  /^(?:[.;!?)]|,?\s+\p{Ll})/u.test(text.slice(end));

/** Whether a number is explained in words, in brackets: `Mask (1 = may attend, 0 = blocked)`. */
const isOfLegend = ({ cells: [{ at, end }], cells }: Run, text: string): boolean =>
  cells.length === 1 && /[([,;]\s?$/.test(text.slice(0, at)) && /^\s?[=:]\s?\p{L}/u.test(text.slice(end));

/** Whether a row contains the sums of the columns right above it. */
function areSumsOfColumns({ cells, line }: Run, before: readonly Run[]): boolean {
  const isOther = (run: Run, at: number) =>
    run.cells.length !== cells.length || run.line !== line - before.length + at;
  const rows = before.slice(before.findLastIndex(isOther) + 1);
  const sumOf = (col: number) => sumOver(rows, (row) => row.cells[col].cell?.value ?? 0);
  return (
    rows.length > 1 && cells.every(({ cell }, col) => Math.abs((cell?.value ?? 0) - sumOf(col)) <= OF_WEIGHTS)
  );
}
