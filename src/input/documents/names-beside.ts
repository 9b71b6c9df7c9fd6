import type { Line } from "./lines.js";

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
