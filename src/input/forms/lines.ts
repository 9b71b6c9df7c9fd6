import type { ErrorCode } from "../../errors.js";
import { refuseAt, type Source, textOf } from "../source.js";
import type { FormOptions, Span } from "./form.js";
import type { TextTable } from "./table.js";

/** One line of a text, or the whole text, and its byte offset. */
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
  /** The cell's length in the line, if it is longer than its text because of quotes. */
  readonly length?: number;
}

/** Returns the lines of a text, including blank ones. CR, LF and CRLF end a line. */
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

/** Returns lines with their numbers, from 1. */
export const numbered = (texts: readonly string[]) => texts.map((text, at) => ({ number: at + 1, text }));

/** Returns the lines of a text that are not blank, with their numbers. */
export const writtenLines = (source: Source) =>
  numbered(linesOf(source).map(({ text }) => text)).filter(({ text }) => text.trim() !== "");

/** Returns the text as one line, for forms in which line breaks mean nothing. */
export function wholeText(source: Source): Line {
  return { source, text: textOf(source.bytes), start: 0 };
}

export function isBlank({ text }: Line): boolean {
  return text.trim() === "";
}

/** Splits text[from, to) at a separator. The pieces have no white space around them. */
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

/** Returns the cells of a line, separated by two or more spaces. */
export const spacedCells = (line: Line, from?: number, to?: number): LineCell[] =>
  splitCells(line, /\s{2,}/g, from, to).filter(({ text }) => text !== "");

/** Returns the words of a line, separated by white space. */
export function wordsOf(line: Line, from = 0): LineCell[] {
  let end = from;
  // `match` and `map` make lists of the exact length. A growing list reserves room for 17 items, and there may be a
  // million lists.
  return (line.text.slice(from).match(/\S+/g) ?? []).map((text) => {
    const at = line.text.indexOf(text, end);
    end = at + text.length;
    return { text, line, at };
  });
}

/** Returns text[from, to) as a cell, without the white space around it. */
export function pieceOf(line: Line, from = 0, to = line.text.length): LineCell {
  const piece = line.text.slice(from, to);
  return { text: piece.trim(), line, at: from + piece.length - piece.trimStart().length };
}

/** Returns the byte offset of a character of a line. */
export function offsetIn({ source, text, start }: Line, at: number): number {
  const isAscii = start === 0 && text.length === source.bytes.length;
  return start + (isAscii ? at : Buffer.byteLength(text.slice(0, at)));
}

/** Throws a UserError that points at a piece of a line and begins with the matrix's name. */
export function refuseCell(
  { line, at }: LineCell,
  { subject }: Pick<FormOptions, "subject">,
  what: string,
  hint: string,
  code: ErrorCode = "SYNTAX",
): never {
  return refuseAt(line.source, offsetIn(line, at), code, `${subject}: ${what}.`, hint);
}

/** Returns the place of cell `col` of a row, or an empty place at the end of the row if there is no such cell. */
export function spanIn(cells: readonly LineCell[], col: number): Span {
  const { text, line, at, length = text.length } = cells[Math.min(col, cells.length - 1)];
  const start = offsetIn(line, at);
  const end = start + Buffer.byteLength(line.text.slice(at, at + length));
  return col < cells.length ? { start, end } : { start: end, end };
}

/**
 * Makes a table of rows of cells, without the first `indexCols` cells of each. A row may then be empty, if it was only
 * a label.
 */
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
