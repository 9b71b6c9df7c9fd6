import type { Line } from "./lines.js";
import type { NameFinder } from "./names.js";

/** A row in brackets or bars, with what stands before it. */
const ROW = /^(\s*|.*[=:≈]\s*)([[(|⎡⎢⎣⎛⎜⎝][^=≈:]*\d[^=≈:]*[\])|⎤⎥⎦⎞⎟⎠])\s*$/u;

/** What an arrow behind the last row of a block says of the block: `3 5   <- this is V`. */
const BEHIND = /^(.*\d.*?)\s*(?:<-+|<=+|←|⟵|⇐)\s*(\p{L}[^\d]*)$/u;

/** Puts a name that an arrow behind the last row gives to its block on a line above it. */
export function withNamesBehind(lines: readonly Line[]): readonly Line[] {
  const above = new Map<number, Line>();
  const kept = lines.map((line, at) => {
    const [, row, name] = BEHIND.exec(line.text) ?? [];
    if (row === undefined) return line;
    let first = at;
    while (/^\s*[-.\d([]/.test(lines[first - 1]?.text ?? "") && !BEHIND.test(lines[first - 1].text)) first--;
    above.set(first, { number: lines[first].number, text: `${name}:` });
    return { ...line, text: row };
  });
  return above.size === 0
    ? lines
    : kept.flatMap((line, at) => [...(above.has(at) ? [above.get(at) ?? line] : []), line]);
}

/** `Table 2: K`. */
const CAPTION =
  /^\W*(?:tab(?:le|elle|la|leau|ela)?|fig(?:ure|ura)?|abb(?:ildung)?|表|图)\.?\s*\d+\s*[:.–-]/iu;

/** Puts the captions of tables, where each stands right below its own, above them. */
export function withCaptionsAbove(lines: readonly Line[]): readonly Line[] {
  const isBlank = (at: number) => (lines[at]?.text ?? "").trim() === "";
  const moved = [...lines];
  for (let from = 0; from < lines.length; from++) {
    if (isBlank(from) || !isBlank(from - 1)) continue;
    let to = from;
    while (!isBlank(to + 1)) to++;
    if (to === from || CAPTION.test(lines[from].text) || !CAPTION.test(lines[to].text)) continue;
    moved.splice(from, to - from + 1, lines[to], ...lines.slice(from, to));
  }
  return moved;
}

/** Puts a name that stands beside the middle of a matrix in tall brackets, `Q =`, before its first row. */
export function withNamesAbove(lines: readonly Line[]): readonly Line[] {
  const found = lines.map(({ text }) => ROW.exec(text.replace(/\t/g, " ")));
  const moved = [...lines];
  for (let from = 0; from < lines.length; from++) {
    const at = found[from]?.[1].length;
    if (at === undefined || found[from]?.[1].trim() !== "" || found[from - 1]) continue;
    let to = from;
    const named: number[] = [];
    for (
      let row = found[from + 1];
      row && (row[1].length === at || /[=:≈]\s*$/.test(row[1]));
      row = found[to + 1]
    ) {
      to++;
      if (row[1].trim() !== "") named.push(to);
    }
    if (named.length !== 1) continue;
    const [middle] = named;
    const [, name = "", row = ""] = found[middle] ?? [];
    moved[middle] = { ...lines[middle], text: " ".repeat(at) + row };
    moved[from] = { ...lines[from], text: name + lines[from].text.slice(at) };
    from = to;
  }
  return moved;
}

/** What a program is told to show: `print(Q)`. */
const SHOWN = /(?<!\p{L})(?:print|disp|display|show)\s*\(([^()\d]*)\)/iu;
const BETWEEN_NAMES = /\s*[,;]\s*|\s+(?:and|und|et|y|e|&)\s+/u;

/** A row of numbers, perhaps of an array, and the first one of an array in brackets. */
const OF_NUMBERS = /^[\s([,]*(?:(?:tensor|array|Array|matrix)\s*\()?[\s[({]*[-+−]?\.?\d/u;
const OPENS_ARRAY = /^\W*(?:\p{L}+\()?\[\s*\[/u;

/** Puts each of the names that a title lists, `Q, K, V:` or `print(Q); print(K)`, above one of as many blocks of rows below it. */
export function withNamesSharedOut(lines: readonly Line[], finder: NameFinder): readonly Line[] {
  const above = new Map<number, string>();
  let names: string[] = [];
  for (const [at, { text }] of lines.entries()) {
    const listed = listedNames(text, finder);
    // What is shown line by line comes out below the last of them.
    names = SHOWN.test(text) && SHOWN.test(lines[at - 1]?.text ?? "") ? [...names, ...listed] : listed;
    const blocks = names.length > 1 ? blocksBelow(lines, at) : [];
    if (blocks.length === names.length)
      for (const [index, first] of blocks.entries()) above.set(first, `${names[index]}:`);
  }
  return lines.flatMap((line, at) => {
    const text = above.get(at);
    return text === undefined ? [line] : [{ number: line.number, text }, line];
  });
}

/** The names that a line lists, each of something that a sheet may hold. */
function listedNames(text: string, finder: NameFinder): string[] {
  if (/\d/.test(text)) return [];
  const shown = Array.from(text.matchAll(new RegExp(SHOWN, "giu")), ([, name]) => name);
  const names = shown.length > 0 ? shown : text.replace(/[\s:()]+$/, "").split(BETWEEN_NAMES);
  return names.every((name) => finder.find(name).size > 0) ? names : [];
}

/** Where the blocks of rows begin that stand below a line, before anything else. */
function blocksBelow(lines: readonly Line[], title: number): readonly number[] {
  const starts: number[] = [];
  for (let at = title + 1; at < lines.length; at++) {
    const { text } = lines[at];
    if (text.trim() === "") continue;
    if (!OF_NUMBERS.test(text)) break;
    const isNext = lines[at - 1].text.trim() === "" || OPENS_ARRAY.test(text) || at === title + 1;
    if (isNext) starts.push(at);
  }
  return starts;
}
