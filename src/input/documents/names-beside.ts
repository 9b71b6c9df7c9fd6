import type { Line } from "./lines.js";

/** A name behind the last row of a block, after an arrow: `3 5 <- this is V`. */
const BEHIND = /^(.*\d.*?)\s*(?:<-+|<=+|←|⟵|⇐)\s*(\p{L}[^\d]*)$/u;

/** The start of a caption: `Table 2: K`. */
const CAPTION =
  /^\W*(?:tab(?:le|elle|la|leau|ela)?|fig(?:ure|ura)?|abb(?:ildung)?|表|图)\.?\s*\d+\s*[:.–-]/iu;

/** Moves the name below a block above it: a caption, if a blank line follows it, or a name behind the last row. */
export function withNamesOnTop(lines: readonly Line[]): readonly Line[] {
  const moved: Line[] = [];
  let start = 0;
  for (const [at, line] of lines.entries()) {
    const { text } = line;
    const [, row, name] = BEHIND.exec(text) ?? [];
    moved.push(row === undefined ? line : { ...line, text: row });
    const isCaption = CAPTION.test(text) && !CAPTION.test(moved[start].text) && isBlank(lines[at + 1]);
    if (isCaption) moved.splice(start, 0, ...moved.splice(-1));
    if (row !== undefined) moved.splice(start, 0, { number: moved[start].number, text: `${name}:` });
    if (isCaption || row !== undefined || isBlank(line)) start = moved.length;
  }
  return moved;
}

const isBlank = (line: Line | undefined): boolean => (line?.text ?? "").trim() === "";
