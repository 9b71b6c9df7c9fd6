import { HASH, SLASH, SPACE, TAB } from "../bytes.js";
import { readCell, shorten, startsLikeNumber } from "../cell.js";
import { refuseAt, type Source, textOf } from "../source.js";
import { rowsOf } from "./rows.js";

/**
 * `#` or `//` between white space, which starts a note after numbers. A spreadsheet's `#N/A` and `####` do not match.
 */
const NOTE = /(?<=[ \t])(?:#|\/\/)(?=[ \t])/;

/**
 * Replaces the notes after the numbers of rows (`1 2 # first`) with spaces, so that lines and columns stay. Returns the
 * same source if there are none. Throws AMBIGUOUS if a note starts with a number, or if a quote in it continues on the
 * next line.
 */
export function withoutNotes(source: Source): Source {
  const { bytes } = source;
  if (!bytes.includes(HASH) && !bytes.includes(SLASH)) return source;
  let plain: Uint8Array | undefined;
  let sign = nextSign(bytes, 0);
  for (const { start, end } of rowsOf(bytes)) {
    if (sign < start) sign = nextSign(bytes, start);
    if (sign === bytes.length) break;
    if (sign >= end) continue;
    const row = textOf(bytes, start, end);
    const note = NOTE.exec(row);
    if (!note) continue;
    const numbers = row.slice(0, note.index).trimEnd();
    const words = row.slice(note.index + note[0].length);
    if (words.trim() === "" || !isNumbers(numbers)) continue;
    if (startsLikeNumber(words) || /[\r\n]/.test(words)) {
      const message = `"${shorten(row.trim(), 60)}" may have a note after its numbers, or more numbers.`;
      const hint = "Leave the note out, or put it on its own line after #.";
      refuseAt(source, start + Buffer.byteLength(row.slice(0, note.index)), "AMBIGUOUS", message, hint);
    }
    plain ??= Uint8Array.from(bytes);
    plain.fill(SPACE, start + Buffer.byteLength(numbers), end);
  }
  return plain ? { ...source, bytes: plain, typed: source.typed ?? bytes } : source;
}

/**
 * Returns where the next note may start, or the length of the text, so that rows without a note need not be decoded.
 */
function nextSign(bytes: Uint8Array, from: number): number {
  const isBlank = (at: number) => bytes[at] === SPACE || bytes[at] === TAB;
  let at = from;
  while (at < bytes.length && !((bytes[at] === HASH || bytes[at] === SLASH) && isBlank(at - 1))) at++;
  return at;
}

function isNumbers(text: string): boolean {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  return words.length > 0 && words.every((word) => readCell(word) !== undefined);
}
