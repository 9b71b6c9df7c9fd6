import { setting } from "../../setting-names.js";
import { shorten } from "../cell.js";
import { refuseAt, type Source } from "../source.js";
import { type LineCell, offsetIn } from "./lines.js";
import type { TextTable } from "./table.js";

/** A whole number, or one with a decimal comma. */
const NUMBER = /^[-+−]?\d+(,\d+(?:[eE][-+−]?\d+)?)?$/;

const isDecimal = (word: string): boolean => NUMBER.exec(word)?.[1] !== undefined;

const THOUSANDS = /^[-+−]?[1-9]\d{0,2}(,\d{3})+$/;

/**
 * True when the cells of a table, separated by something else, can only mean decimal commas: every cell is a whole
 * number or has one comma. Throws AMBIGUOUS when all the commas may as well stand between thousands.
 */
export function hasDecimalCommas({ source, cells, spanOf }: TextTable): boolean {
  const commas = cells.flat().filter((cell) => cell.includes(","));
  if (commas.length === 0) return false;
  if (commas.every((cell) => THOUSANDS.test(cell))) {
    const [cell] = commas;
    const row = cells.findIndex((one) => one.includes(cell));
    const message = `"${cell}" may be ${cell.replace(",", ".")} or ${cell.replaceAll(",", "")}.`;
    const hint = `Add ${setting("decimalComma")} for the first, or write the number without thousands commas for the second.`;
    refuseAt(source, spanOf(row, cells[row].indexOf(cell)).start, "AMBIGUOUS", message, hint);
  }
  return cells.flat().every((cell) => NUMBER.test(cell));
}

/** True for a row such as `1,5 2,0` or `cat 0,5`, whose commas separate cells or are decimal marks. */
export function mixesCommas(row: string): boolean {
  // Most rows are seen to be neither before they are taken apart.
  if (!/\d,\d/.test(row)) return false;
  const words = row.trim().split(/\s+/);
  const label = words.findIndex((word) => /[\d,;]/.test(word));
  return words.length > 1 && words.some(isDecimal) && words.slice(label).every((word) => NUMBER.test(word));
}

/** True also for `1,5, 2,0`: commas with and without a space behind them, by turns. */
export function mixesOrAlternates(row: string): boolean {
  const cells = row.split(/,[ \t]+/);
  return mixesCommas(row) || (cells.length > 1 && cells.every(isDecimal));
}

/** True for the rows of `1,5; 2,0; 0,25`: one comma in each, and digits behind it that no second cell would have. */
export const mayBeDecimals = (rows: readonly string[]): boolean =>
  rows.length > 1 &&
  rows.every((row) => isDecimal(row.trim())) &&
  rows.some((row) => /^\s*[-+−]?0,\d\d|,0\d/.test(row));

/** `1,000 2` or `5 000`: three digits behind a mark that would write a number below 100 in no other way. */
const GROUPS = /(?<![\d.,])[1-9]\d{0,2}(?:[ ,]\d{3}){0,3}[ ,]0\d\d(?!\d)(?:\.\d+)?/;

/** Throws AMBIGUOUS at what may be several numbers, or one with marks between its thousands; and at a row of which `isUnclear` says so. */
export function checkCommas(cell: LineCell, isUnclear?: (row: string) => boolean): void {
  const { text: row, line } = cell;
  const found = GROUPS.exec(row);
  if (found) {
    const [text] = found;
    const [several, one] = [text.replaceAll(/[ ,]/g, ", "), text.replaceAll(/[ ,]/g, "")];
    const message = `"${text}" may be the numbers ${several}, or ${one}.`;
    const hint = "Write numbers without marks between thousands, and without zeros before them.";
    refuseAt(line.source, offsetIn(line, cell.at + found.index), "AMBIGUOUS", message, hint);
  }
  if (isUnclear?.(row)) refuseMixedCommas(line.source, offsetIn(line, cell.at), row);
}

/** Throws AMBIGUOUS at such a row, with both readings. */
export function refuseMixedCommas(source: Source, start: number, row: string): never {
  const shown = shorten(row, 60);
  const decimal = shown.replaceAll(/(?<=\d),(?=\d)/g, ".");
  const separate = shown.replaceAll(/(?<=[^;\s])[\s,]+/g, ", ");
  const message = `"${shown}" may be read with decimal commas (${decimal}) or with commas between cells (${separate}).`;
  const hint = `Add ${setting("decimalComma")} for the first; for the second use one separator between all cells.`;
  return refuseAt(source, start, "AMBIGUOUS", message, hint);
}
