import type { ErrorCode } from "../../errors.js";
import { refuseAt, type Source, textOf } from "../source.js";
import type { Span } from "./form.js";
import type { TextTable } from "./table.js";

/** One line of a text, or all of it, and the byte offset at which it starts. */
export interface Line {
  readonly source: Source;
  readonly text: string;
  readonly start: number;
}

/** A cell, and the character of its line at which it starts. */
export interface LineCell {
  readonly text: string;
  readonly line: Line;
  readonly at: number;
}

/** The lines of a text, blank ones included; CR, LF and CRLF end a line. */
export function linesOf(source: Source): Line[] {
  const { bytes } = source;
  const text = textOf(bytes, 0, bytes.length);
  const isAscii = text.length === bytes.length;
  const lines: Line[] = [];
  const ending = /\r\n|[\r\n]/g;
  let start = 0;
  for (let from = 0; from < text.length || lines.length === 0; ) {
    const to = ending.exec(text)?.index ?? text.length;
    const next = to === text.length ? to : ending.lastIndex;
    lines.push({ source, text: text.slice(from, to), start });
    start += isAscii ? next - from : Buffer.byteLength(text.slice(from, next));
    from = next;
  }
  return lines;
}

/** The text as one line, for forms in which line breaks mean nothing. */
export function wholeText(source: Source): Line {
  return { source, text: textOf(source.bytes, 0, source.bytes.length), start: 0 };
}

export function isBlank({ text }: Line): boolean {
  return text.trim() === "";
}

/** The pieces of text[from, to) between separators that match, without the white space around them. */
export function splitCells(line: Line, separator: RegExp, from = 0, to = line.text.length): LineCell[] {
  const cells: LineCell[] = [];
  const piece = line.text.slice(from, to);
  let start = 0;
  for (const match of piece.matchAll(separator)) {
    cells.push(cellAt(line, from + start, from + match.index));
    start = match.index + match[0].length;
  }
  cells.push(cellAt(line, from + start, to));
  return cells;
}

/** The words of a line, between white space. */
export function wordsOf(line: Line, from = 0): LineCell[] {
  let end = from;
  // `match` and `map` make lists as long as they need to be; one that grows has room for 17, and there may be a million.
  return (line.text.slice(from).match(/\S+/g) ?? []).map((text) => {
    const at = line.text.indexOf(text, end);
    end = at + text.length;
    return { text, line, at };
  });
}

/** The byte offset of a character of a line. */
export function offsetIn({ text, start }: Line, at: number): number {
  return start + Buffer.byteLength(text.slice(0, at));
}

/** Throws a UserError that points at a character of a line, its first that is no white space when none is named. */
export function refuseLine(
  line: Line,
  code: ErrorCode,
  message: string,
  hint: string,
  at = line.text.length - line.text.trimStart().length,
): never {
  return refuseAt(line.source, offsetIn(line, at), code, message, hint);
}

/** Throws a UserError that points at a cell. */
export function refuseCell({ line, at }: LineCell, code: ErrorCode, message: string, hint: string): never {
  return refuseLine(line, code, message, hint, at);
}

export function spanOfCell({ text, line, at }: LineCell): Span {
  const start = offsetIn(line, at);
  return { start, end: start + Buffer.byteLength(text) };
}

/** These rows of cells as a table, without the first `indexCols` of each: a row may be nothing but its label. */
export function tableOf(
  source: Source,
  rows: readonly (readonly LineCell[])[],
  spell?: (cell: string) => string,
  indexCols = 0,
): TextTable {
  return {
    source,
    cells: rows.map((row) => (indexCols > 0 ? row.slice(indexCols) : row).map((cell) => cell.text)),
    spanOf(row, col) {
      const cells = rows[row];
      const at = indexCols + col;
      const span = spanOfCell(cells[Math.min(at, cells.length - 1)]);
      return at < cells.length ? span : { start: span.end, end: span.end };
    },
    ...(spell && { spell }),
  };
}

function cellAt(line: Line, from: number, to: number): LineCell {
  const piece = line.text.slice(from, to);
  const text = piece.trim();
  return { text, line, at: from + piece.length - piece.trimStart().length };
}
