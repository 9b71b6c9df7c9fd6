import { startsLikeNumber } from "../cell.js";
import { plainText } from "../decode.js";
import { refuseAt, type Source } from "../source.js";
import type { Form, FormOptions } from "./form.js";
import { isBlank, type Line, type LineCell, linesOf, offsetIn, tableOf, wordsOf } from "./lines.js";
import { withBytes } from "./rows.js";
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
    const source = withBytes(given, plainText(given.bytes));
    const lines = linesOf(source).filter((line) => !isBlank(line));
    const isVector = PIECE.test(lines[0].text);
    const rows = isVector ? [piecesOf(source, lines, options)] : matrixRows(source, lines, options);
    return parseTable(tableOf(source, rows), options, {
      form: isVector ? "R vector" : "R matrix",
      remarks: [],
    });
  },
};

/** The values of a vector; each line says which of them it starts with, so that none can be missing. */
function piecesOf(source: Source, lines: readonly Line[], options: FormOptions): LineCell[] {
  const cells: LineCell[] = [];
  for (const line of lines) {
    const index = PIECE.exec(line.text);
    if (!index || Number(index[1]) !== cells.length + 1) {
      refuseLine(
        source,
        line,
        `${options.subject}: value [${cells.length + 1}] should stand first in this line.`,
      );
    }
    // A line may hold more values than a call takes arguments.
    for (const cell of wordsOf(line, index[0].length)) cells.push(cell);
  }
  return cells;
}

function matrixRows(source: Source, [header, ...lines]: readonly Line[], options: FormOptions): LineCell[][] {
  const names = wordsOf(header);
  const isIndexed = lines.some((line) => ROW.test(line.text));
  const isName = (text: string) => !/[[\],]/.test(text) && !(isIndexed && startsLikeNumber(text));
  if (names.some(({ text }, col) => text !== `[,${col + 1}]` && !isName(text)))
    refuseLine(source, header, `${options.subject}: [,1], [,2] and so on should stand in this line.`);
  return lines.map((line, row) => {
    if (HEADER.test(line.text) || (isWord(line) && !ROW.test(line.text))) {
      const message = `${options.subject}: a second block of columns starts here.`;
      refuseLine(source, line, message, "Print it in one block: options(width = 10000).");
    }
    const index = ROW.exec(line.text);
    if (!index && (isIndexed || /^\s*\S*[[\],]/.test(line.text)))
      refuseLine(source, line, `${options.subject}: row [${row + 1},] should stand here.`);
    if (index && Number(index[1]) !== row + 1) {
      refuseLine(source, line, `${options.subject}: row [${row + 1},] should stand here.`);
    }
    const words = wordsOf(line, index?.[0].length);
    if (!index && (!/[\p{L}\p{N}]/u.test(words[0].text) || startsLikeNumber(words[0].text)))
      refuseLine(source, line, `${options.subject}: the name of a row should stand first in this line.`);
    const cells = index ? words : words.slice(1);
    if (HEADER.test(header.text) ? cells.length === names.length : cells.length > 0) return cells;
    return refuseLine(source, line, `${options.subject}: ${names.length} values should stand in this line.`);
  });
}

/** True for a line without numbers, such as a second row of column names. */
function isWord(line: Line): boolean {
  return wordsOf(line).every(
    ({ text }) => /^\[,\d+\]$|^[A-Za-z]\w*$/.test(text) && !/^(?:NA|NaN|Inf|TRUE|FALSE)$/.test(text),
  );
}

function refuseLine(source: Source, line: Line, message: string, hint = "Print all of it."): never {
  const first = line.text.length - line.text.trimStart().length;
  return refuseAt(source, offsetIn(line, first), "SYNTAX", message, hint);
}
