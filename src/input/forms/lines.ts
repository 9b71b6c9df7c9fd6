import type { ErrorCode } from "../../errors.js";
import { refuseAt, type Source, textOf } from "../source.js";
import type { FormOptions, Span } from "./form.js";
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
  /** How many characters stand in the line for it, where these are more than its text: quotes. */
  readonly length?: number;
}

/** The lines of a text, blank ones included; CR, LF and CRLF end a line. */
export function linesOf(source: Source): Line[] {
  const { bytes } = source;
  const text = textOf(bytes);
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
  return { source, text: textOf(source.bytes), start: 0 };
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
    cells.push(pieceOf(line, from + start, from + match.index));
    start = match.index + match[0].length;
  }
  cells.push(pieceOf(line, from + start, to));
  return cells;
}

/** The cells of a line between wide gaps. */
export const spacedCells = (line: Line, from?: number, to?: number): LineCell[] =>
  splitCells(line, /\s{2,}/g, from, to).filter(({ text }) => text !== "");

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

/** What stands in text[from, to), without the white space around it. */
export function pieceOf(line: Line, from = 0, to = line.text.length): LineCell {
  const piece = line.text.slice(from, to);
  return { text: piece.trim(), line, at: from + piece.length - piece.trimStart().length };
}

/** The byte offset of a character of a line. */
export function offsetIn({ source, text, start }: Line, at: number): number {
  const isAscii = start === 0 && text.length === source.bytes.length;
  return start + (isAscii ? at : Buffer.byteLength(text.slice(0, at)));
}

/** Throws a UserError that points at a piece of a line, and begins with what the text is for. */
export function refuseCell(
  { line, at }: LineCell,
  { subject }: Pick<FormOptions, "subject">,
  what: string,
  hint: string,
  code: ErrorCode = "SYNTAX",
): never {
  return refuseAt(line.source, offsetIn(line, at), code, `${subject}: ${what}.`, hint);
}

/** Where cell `col` of a row stands; an empty piece at the end of the row when it has no such cell. */
export function spanIn(cells: readonly LineCell[], col: number): Span {
  const { text, line, at, length = text.length } = cells[Math.min(col, cells.length - 1)];
  const start = offsetIn(line, at);
  const end = start + Buffer.byteLength(line.text.slice(at, at + length));
  return col < cells.length ? { start, end } : { start: end, end };
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
    spanOf: (row, col) => spanIn(rows[row], indexCols + col),
    ...(spell && { spell }),
  };
}
