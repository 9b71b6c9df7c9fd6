import { refuseAt } from "../source.js";
import type { Delimiter } from "./form-names.js";
import { type Line, type LineCell, offsetIn, pieceOf, splitCells } from "./lines.js";

const SEPARATORS = { "\t": /\t/g, ";": /;/g, ",": /,/g } as const;

/**
 * Splits a row of lines into cells. In quotes, the delimiter is part of the cell, and two quotes mean one. Throws
 * SYNTAX if the quotes do not match.
 */
export function cutRow(line: Line, delimiter: Delimiter): readonly LineCell[] {
  if (line.text.includes('"')) return cutQuoted(line, delimiter);
  if (delimiter !== " ") return splitCells(line, SEPARATORS[delimiter]);
  const { at, text } = pieceOf(line);
  return splitCells(line, /[ \t]+/g, at, at + text.length);
}

function cutQuoted(line: Line, delimiter: Delimiter): readonly LineCell[] {
  const { text } = line;
  const cells: LineCell[] = [];
  const isBlank = (at: number) => text[at] === " " || (text[at] === "\t" && delimiter !== "\t");
  const isApart = (at: number) => text[at] === delimiter || (delimiter === " " && isBlank(at));
  const skipBlanks = (from: number) => {
    let at = from;
    while (isBlank(at)) at++;
    return at;
  };
  const fail = (place: number, message: string): never =>
    refuseAt(
      line.source,
      offsetIn(line, place),
      "SYNTAX",
      message,
      'Inside a quoted cell a quote is written twice: "a ""b"" c".',
    );
  let at = skipBlanks(0);
  for (;;) {
    const start = at;
    const isQuoted = text[start] === '"';
    if (isQuoted) {
      at = text.indexOf('"', start + 1);
      while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
      if (at++ < 0) fail(start, "a quote is opened here and never closed.");
      const inner = text.slice(start + 1, at - 1).replaceAll('""', '"');
      cells.push({ text: inner.trim(), line, at: start, length: at - start });
    } else {
      for (; at < text.length && !isApart(at); at++)
        if (text[at] === '"') fail(at, "there is a quote inside a cell.");
      cells.push(pieceOf(line, start, at));
    }
    const behind = skipBlanks(at);
    if (behind >= text.length) return cells;
    if (!isApart(behind) && (delimiter !== " " || behind === at))
      fail(isQuoted ? behind : at, "a quote ends before the end of its cell.");
    at = delimiter === " " ? behind : skipBlanks(behind + 1);
  }
}
