import { setting } from "../../errors.js";
import { shorten } from "../cell.js";
import { refuseAt, type Source } from "../source.js";
import { type LineCell, offsetIn } from "./lines.js";
import type { TextTable } from "./table.js";

/** A whole number, or a number with a decimal comma. */
const NUMBER = /^[-+−]?\d+(,\d+(?:[eE][-+−]?\d+)?)?$/;

const isDecimal = (word: string): boolean => NUMBER.exec(word)?.[1] !== undefined;

const THOUSANDS = /^[-+−]?[1-9]\d{0,2}(,\d{3})+$/;

/**
 * Whether the commas in a table with another delimiter can only be decimal commas: every cell is a whole number or has
 * one comma. Throws AMBIGUOUS if all commas may also be thousands separators.
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

/** Whether the commas of a row, such as `1,5 2,0` or `cat 0,5`, may separate cells or be decimal commas. */
export function mixesCommas(row: string): boolean {
  // A quick check, which excludes most rows before they are split.
  if (!/\d,\d/.test(row)) return false;
  const words = row.trim().split(/\s+/);
  const label = words.findIndex((word) => /[\d,;]/.test(word));
  return words.length > 1 && words.some(isDecimal) && words.slice(label).every((word) => NUMBER.test(word));
}

/** The same, and also true for `1,5, 2,0`, with commas that alternate between no space and a space after them. */
export function mixesOrAlternates(row: string): boolean {
  const cells = row.split(/,[ \t]+/);
  return mixesCommas(row) || (cells.length > 1 && cells.every(isDecimal));
}

/**
 * Whether rows such as `1,5; 2,0; 0,25` have decimal commas: one comma each, and digits after it that a second cell
 * would not have.
 */
export const mayBeDecimals = (rows: readonly string[]): boolean =>
  rows.length > 1 &&
  rows.every((row) => isDecimal(row.trim())) &&
  rows.some((row) => /^\s*[-+−]?0,\d\d|,0\d/.test(row));

/**
 * `1,000 2` or `5 000`: three digits after a separator, as in a number with thousands separators. As a cell of their
 * own they would be a number below 100 with leading zeros.
 */
const GROUPS = /(?<![\d.,])[1-9]\d{0,2}(?:[ ,]\d{3}){0,3}[ ,]0\d\d(?!\d)(?:\.\d+)?/;

/**
 * Throws AMBIGUOUS for text that may be several numbers or one with thousands separators, and for a row for which
 * `isUnclear` returns true.
 */
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

/** Throws AMBIGUOUS for a row with mixed commas, with both readings. */
export function refuseMixedCommas(source: Source, start: number, row: string): never {
  const shown = shorten(row, 60);
  const decimal = shown.replaceAll(/(?<=\d),(?=\d)/g, ".");
  const separate = shown.replaceAll(/(?<=[^;\s])[\s,]+/g, ", ");
  const message = `"${shown}" may be read with decimal commas (${decimal}) or with commas between cells (${separate}).`;
  const hint = `Add ${setting("decimalComma")} for the first; for the second use one separator between all cells.`;
  return refuseAt(source, start, "AMBIGUOUS", message, hint);
}
