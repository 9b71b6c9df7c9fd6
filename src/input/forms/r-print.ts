import { startsLikeNumber } from "../cell.js";
import type { Form, FormOptions } from "./form.js";
import {
  isBlank,
  type Line,
  type LineCell,
  linesOf,
  pieceOf,
  refuseCell,
  tableOf,
  wordsOf,
} from "./lines.js";
import { parseTable, refuseEmpty } from "./table.js";

const HEADER = /^\s*(?:\[,\d+\]\s*)+$/;
const ROW = /^\s*\[(\d+),\]/;
const PIECE = /^\s*\[(\d+)\]/;

/**
 * A matrix or vector as R prints it, with `[1,]` beside its rows, `[,1]` above its columns, or `[1]` before its values.
 */
export const rPrint: Form = {
  looksLike: (_, __, head) =>
    head.includes("[") && /^\[,1\]|^\[1\][ \t]+\S|^[^\r\n]*(?:\r\n?|\n)\s*\[1,\]/.test(head),
  parse(source, options) {
    const lines = linesOf(source).filter((line) => !isBlank(line));
    if (lines.length === 0) refuseEmpty(source, options.subject);
    const isVector = PIECE.test(lines[0].text);
    const rows = isVector ? [piecesOf(lines, options)] : matrixRows(lines, options);
    const form = isVector ? "R vector" : "R matrix";
    return parseTable(tableOf(source, rows), options, { form, remarks: [] });
  },
};

/** Returns the values of a vector. Each line gives the number of its first value, so a missing line is noticed. */
function piecesOf(lines: readonly Line[], options: FormOptions): LineCell[] {
  const cells: LineCell[] = [];
  for (const line of lines) {
    const [shown, index] = PIECE.exec(line.text) ?? [];
    if (Number(index) !== cells.length + 1)
      refusePrint(line, `value [${cells.length + 1}] is expected first in this line`, options);
    // Push one by one: a line may have more values than a call can take arguments.
    for (const cell of wordsOf(line, shown?.length)) cells.push(cell);
  }
  return cells;
}

function matrixRows([header, ...lines]: readonly Line[], options: FormOptions): LineCell[][] {
  const names = wordsOf(header);
  const isIndexed = lines.some((line) => ROW.test(line.text));
  const isName = (text: string) => !/[[\],]/.test(text) && !(isIndexed && startsLikeNumber(text));
  if (names.some(({ text }, col) => text !== `[,${col + 1}]` && !isName(text)))
    refusePrint(header, "[,1], [,2] and so on are expected in this line", options);
  return lines.map((line, row) => {
    const [index, number] = ROW.exec(line.text) ?? [];
    const words = wordsOf(line, index?.length);
    if (index === undefined && words.every(isColumn)) {
      const hint = "Print it in one block: options(width = 10000).";
      refusePrint(line, "a second block of columns starts here", options, hint);
    }
    const isOther = index ? Number(number) !== row + 1 : isIndexed || /[[\],]/.test(words[0].text);
    if (isOther) refusePrint(line, `row [${row + 1},] is expected here`, options);
    if (!index && (!/[\p{L}\p{N}]/u.test(words[0].text) || startsLikeNumber(words[0].text)))
      refusePrint(line, "the name of a row is expected first in this line", options);
    const cells = index ? words : words.slice(1);
    if (HEADER.test(header.text) ? cells.length === names.length : cells.length > 0) return cells;
    return refusePrint(line, `${names.length} values are expected in this line`, options);
  });
}

/** Whether a word is the number or name of a column, as in the header of a second block. */
const isColumn = ({ text }: LineCell): boolean =>
  /^(?:\[,\d+\]|(?!(?:NA|NaN|Inf|TRUE|FALSE)$)[A-Za-z]\w*)$/.test(text);

const refusePrint = (line: Line, what: string, options: FormOptions, hint = "Print all of it."): never =>
  refuseCell(pieceOf(line), options, what, hint);
