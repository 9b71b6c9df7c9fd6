import { startsLikeNumber } from "../cell.js";
import { plainSource } from "../decode.js";
import type { Form, FormOptions } from "./form.js";
import { isBlank, type Line, type LineCell, linesOf, refuseLine, tableOf, wordsOf } from "./lines.js";
import { parseTable } from "./table.js";

const HEADER = /^\s*(?:\[,\d+\]\s*)+$/;
const ROW = /^\s*\[(\d+),\]/;
const PIECE = /^\s*\[(\d+)\]/;

/** A matrix or vector as R prints it, with `[1,]` beside its rows, `[,1]` above its columns, or `[1]` before its values. */
export const rPrint: Form = {
  name: "R",
  looksLike: (_, __, head) =>
    head.includes("[") && /^\[,1\]|^\[1\][ \t]+\S|^[^\r\n]*(?:\r\n?|\n)\s*\[1,\]/.test(head),
  parse(given, options) {
    const source = plainSource(given);
    const lines = linesOf(source).filter((line) => !isBlank(line));
    const isVector = PIECE.test(lines[0].text);
    const rows = isVector ? [piecesOf(lines, options)] : matrixRows(lines, options);
    const form = isVector ? "R vector" : "R matrix";
    return parseTable(tableOf(source, rows), options, { form, remarks: [] });
  },
};

/** The values of a vector; each line says which of them it starts with, so that none can be missing. */
function piecesOf(lines: readonly Line[], options: FormOptions): LineCell[] {
  const cells: LineCell[] = [];
  for (const line of lines) {
    const index = PIECE.exec(line.text);
    if (!index || Number(index[1]) !== cells.length + 1)
      refusePrint(line, `value [${cells.length + 1}] should stand first in this line`, options);
    // A line may hold more values than a call takes arguments.
    for (const cell of wordsOf(line, index[0].length)) cells.push(cell);
  }
  return cells;
}

function matrixRows([header, ...lines]: readonly Line[], options: FormOptions): LineCell[][] {
  const names = wordsOf(header);
  const isIndexed = lines.some((line) => ROW.test(line.text));
  const isName = (text: string) => !/[[\],]/.test(text) && !(isIndexed && startsLikeNumber(text));
  if (names.some(({ text }, col) => text !== `[,${col + 1}]` && !isName(text)))
    refusePrint(header, "[,1], [,2] and so on should stand in this line", options);
  return lines.map((line, row) => {
    if (HEADER.test(line.text) || (isWord(line) && !ROW.test(line.text))) {
      const hint = "Print it in one block: options(width = 10000).";
      refusePrint(line, "a second block of columns starts here", options, hint);
    }
    const index = ROW.exec(line.text);
    const isOther = index ? Number(index[1]) !== row + 1 : isIndexed || /^\s*\S*[[\],]/.test(line.text);
    if (isOther) refusePrint(line, `row [${row + 1},] should stand here`, options);
    const words = wordsOf(line, index?.[0].length);
    if (!index && (!/[\p{L}\p{N}]/u.test(words[0].text) || startsLikeNumber(words[0].text)))
      refusePrint(line, "the name of a row should stand first in this line", options);
    const cells = index ? words : words.slice(1);
    if (HEADER.test(header.text) ? cells.length === names.length : cells.length > 0) return cells;
    return refusePrint(line, `${names.length} values should stand in this line`, options);
  });
}

/** True for a line without numbers, such as a second row of column names. */
function isWord(line: Line): boolean {
  return wordsOf(line).every(
    ({ text }) => /^\[,\d+\]$|^[A-Za-z]\w*$/.test(text) && !/^(?:NA|NaN|Inf|TRUE|FALSE)$/.test(text),
  );
}

function refusePrint(line: Line, what: string, { subject }: FormOptions, hint = "Print all of it."): never {
  return refuseLine(line, "SYNTAX", `${subject}: ${what}.`, hint);
}
