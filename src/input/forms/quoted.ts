import { QUOTE, TAB } from "../bytes.js";
import { refuseAt, type Source, textOf } from "../source.js";
import { type Delimiter, type RowSpan, skipBlanks } from "./rows.js";

/** The cells of a row in which quotes occur; in quotes two quotes are one. Throws SYNTAX when they do not add up. */
export function splitQuotedRow(source: Source, { start, end }: RowSpan, delimiter: Delimiter): string[] {
  const { bytes } = source;
  const cells: string[] = [];
  let at = skipBlanks(bytes, start, end, delimiter);
  for (;;) {
    const isQuoted = at < end && bytes[at] === QUOTE;
    const cellEnd = isQuoted ? quotedEnd(source, at, end) : plainEnd(source, at, end, delimiter);
    const text = textOf(bytes, at, cellEnd);
    cells.push(isQuoted ? text.slice(1, -1).replaceAll('""', '"').trim() : text.trim());
    at = skipBlanks(bytes, cellEnd, end, delimiter);
    if (at >= end) return cells;
    const isApart = delimiter === " " ? at > cellEnd : bytes[at] === delimiter.charCodeAt(0);
    if (!isApart) refuseQuote(source, isQuoted ? at : cellEnd, "a quote ends before the end of its cell.");
    if (delimiter !== " ") at = skipBlanks(bytes, at + 1, end, delimiter);
  }
}

/** Behind the quote that closes the one at `start`. */
function quotedEnd(source: Source, start: number, end: number): number {
  const { bytes } = source;
  for (let at = start + 1; at < end; at++) {
    if (bytes[at] !== QUOTE) continue;
    if (bytes[at + 1] !== QUOTE) return at + 1;
    at++;
  }
  return refuseQuote(source, start, "a quote is opened here and never closed.");
}

function plainEnd(source: Source, start: number, end: number, delimiter: Delimiter): number {
  const { bytes } = source;
  const stop = delimiter.charCodeAt(0);
  let at = start;
  while (at < end && bytes[at] !== stop && !(delimiter === " " && bytes[at] === TAB)) {
    if (bytes[at] === QUOTE) refuseQuote(source, at, "a quote stands inside a cell.");
    at++;
  }
  return at;
}

function refuseQuote(source: Source, offset: number, message: string): never {
  const hint = 'Inside a quoted cell a quote is written twice: "a ""b"" c".';
  return refuseAt(source, offset, "SYNTAX", message, hint);
}
