import { plainString } from "./decode.js";
import { type Source, textOf } from "./source.js";

/** `-`, `–`, `—`, `?` or `_` alone between what separates cells. */
const MARK = /(?<=^|[\s,;|&[(:=])[-–—?_](?=$|[\s,;|&\])])/gm;

/** Nothing between two commas. */
const NOTHING = /,(?=[ \t]*,)/g;

const PERCENT = /(?<![\w.])(\d+(?:\.\d*)?|\.\d+)%/g;

/**
 * The text of a sheet with `null` in every cell that was left blank or marked as not answered (`-`, `?`, `_`), and
 * percentages as numbers with the same digits: 33% is 33e-2.
 */
export function markUnanswered(text: string): string {
  const marked = text.replace(MARK, "null").replace(PERCENT, "$1e-2");
  if (/[[({"|&\\]/.test(marked)) return marked.replace(NOTHING, ",null");
  const delimiter = ["\t", ";", ","].find((one) => marked.includes(one));
  // Semicolons in a single line end rows.
  if (delimiter === undefined || (delimiter === ";" && !/\n./.test(marked))) return marked;
  return marked.replace(/[^\r\n]+/g, (line) => fillLine(line, delimiter));
}

/** A source whose cells without an answer are `null`. What is no text, or too long to be written by hand, is left alone. */
export function markSource(source: Source): Source {
  if (source.isBinary || source.stored || source.bytes.includes(0)) return source;
  const text = plainString(textOf(source.bytes, 0, source.bytes.length));
  const marked = markUnanswered(text);
  return marked === text ? source : { ...source, bytes: Buffer.from(marked, "utf8") };
}

/** A line of a table without brackets: nothing at its ends is a blank cell too. A line of names stays as it is. */
function fillLine(line: string, delimiter: string): string {
  if (!line.includes(delimiter)) return line;
  const cells = line.split(delimiter);
  const isNames = !cells.some((cell) => /\d|null/.test(cell)) && cells.some((cell) => /\p{L}/u.test(cell));
  const counts = cells[0].trim() === "" && cells.slice(1).every((cell, col) => cell.trim() === String(col));
  if (isNames || counts) return line;
  return cells.map((cell) => (cell.trim() === "" ? "null" : cell)).join(delimiter);
}
