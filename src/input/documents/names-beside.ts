import type { Line } from "./lines.js";
import type { NameFinder } from "./names.js";

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

/** What a program prints: `print(Q)`. */
const SHOWN = /(?<!\p{L})(?:print|disp|display|show)\s*\(((?:[^()]|\([^()]*\))*)\)/iu;
const BETWEEN_NAMES = /\s*[,;]\s*|\s+(?:and|und|et|y|e|&)\s+/u;

/** A row of numbers, perhaps of an array, but not `5. Output`. OPENS_ARRAY finds the first row of an array in brackets. */
const OF_NUMBERS =
  /^(?!\s*\(?\d{1,2}[.)]\s+\p{L})[\s([,]*(?:(?:tensor|array|Array|matrix)\s*\()?[\s[({]*[-+−]?\.?\d/u;
const OPENS_ARRAY = /^\W*(?:\p{L}+\()?\[\s*\[/u;
/** A blank line, or the end of an array. */
const BEFORE_BLOCK = /^\s*$|\]\s*\]\W*$/;

/**
 * Puts each name of a list, `Q, K, V:` or `print(Q); print(K)`, above its block, if there are as many blocks of rows
 * below.
 */
export function withNamesSharedOut(lines: readonly Line[], finder: NameFinder): readonly Line[] {
  const above = new Map<number, string>();
  const gone = new Set<number>();
  let [first, names]: [number, string[]] = [0, []];
  for (const [at, { text }] of lines.entries()) {
    const listed = listedNames(text, finder);
    // The output of print lines that follow each other comes after the last one.
    const goesOn = SHOWN.test(text) && SHOWN.test(lines[at - 1]?.text ?? "");
    [first, names] = goesOn ? [first, [...names, ...listed]] : [at, listed];
    const blocks = names.length > 1 ? blocksBelow(lines, at) : [];
    if (blocks.length < 2 || blocks.length !== names.length) continue;
    for (let line = first; line <= at; line++) gone.add(line);
    for (const [index, row] of blocks.entries()) above.set(row, `${names[index]}:`);
  }
  return lines.flatMap((line, at) => {
    const text = gone.has(at) ? "" : above.get(at);
    if (text === undefined) return [line];
    return [{ number: line.number, text }, ...(gone.has(at) ? [] : [line])];
  });
}

/** Returns the names in a line, if each of them names an item of a sheet. */
function listedNames(text: string, finder: NameFinder): string[] {
  const shown = Array.from(text.matchAll(new RegExp(SHOWN, "giu")), ([, name]) => name);
  if (shown.length === 0 && /\d/.test(text)) return [];
  const names = shown.length > 0 ? shown : text.replace(/[\s:()]+$/, "").split(BETWEEN_NAMES);
  return names.every((name) => finder.find(name).size > 0) ? names : [];
}

/** Finds where the blocks of rows below a line begin, up to the first other text. */
function blocksBelow(lines: readonly Line[], title: number): readonly number[] {
  const starts: number[] = [];
  for (let at = title + 1; at < lines.length; at++) {
    const { text } = lines[at];
    if (text.trim() === "") continue;
    if (!OF_NUMBERS.test(text)) break;
    const isNext = BEFORE_BLOCK.test(lines[at - 1].text) || OPENS_ARRAY.test(text) || at === title + 1;
    if (isNext) starts.push(at);
  }
  return starts;
}
