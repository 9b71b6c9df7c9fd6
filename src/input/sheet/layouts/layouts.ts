import type { Source } from "../../source.js";
import { type SheetLine, sheetLines } from "../sheet-lines.js";
import type { TitleWords } from "../titled-step.js";
import { linesOfHtml } from "./html-tables.js";
import { oneMatrixALine } from "./latex-lines.js";
import { linesOfLongTable } from "./long-table.js";
import { rowsOfCellLines } from "./one-cell-lines.js";
import { cellsBetween, signIn } from "./separated.js";
import { linesBelowEachOther } from "./side-by-side.js";

/**
 * The lines of a sheet with its tables below each other, each under its title: a sheet may be a page of HTML, one long table,
 * or a spreadsheet with tables side by side. Each line keeps the number of the one that it comes from.
 */
export function tablesInLines(source: Source, words: TitleWords): readonly SheetLine[] {
  const lines = sheetLines(source);
  const html = linesOfHtml(lines);
  const tables = html ?? linesOfLongTable(lines) ?? rowsOfCellLines(oneMatrixALine(lines));
  return linesBelowEachOther(tables.map(unquoted), words);
}

/** A line of CSV without the quotes around its cells, where these hold no sign that stands between cells. */
function unquoted(line: SheetLine): SheetLine {
  const sign = signIn(line.text);
  if (sign === undefined || !/^\s*"/.test(line.text)) return line;
  const cells = cellsBetween(line.text, sign);
  return cells.some((cell) => /[",;\t]/.test(cell)) ? line : { ...line, text: cells.join(sign) };
}
