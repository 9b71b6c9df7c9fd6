import type { Candidate } from "./evidence.js";
import type { Cells } from "./items.js";
import type { Line } from "./lines.js";
import type { NamesOnSheet } from "./reading.js";

/** A longer text beside numbers is not a name. */
const LONGEST = 20;
const SIGNS = /[|:=,;[\](){}<>*_`&\\]+/g;

/** Returns the texts beside every row and above the columns, if they are names: `q1`, `cat`. */
export function namesBeside(from: readonly Candidate[], cells: Cells, lines: readonly Line[]): NamesOnSheet {
  const runs = from.flatMap(({ rows }) => rows).slice(-cells.length);
  if (runs.length !== cells.length || cells.length < 2) return {};
  const rows = areNames(runs.map(({ line, cells: [first] }) => cleaned(lines[line].text.slice(0, first.at))));
  const above = cleaned(lines[runs[0].line - 1]?.text ?? "").split(/\s+/);
  const columns = rows && above.length === cells[0].length ? areNames(above) : undefined;
  return { ...(rows && { rows }), ...(columns && { columns }) };
}

const cleaned = (text: string): string => text.replace(SIGNS, " ").trim();

/** Returns texts if they are different names, else undefined. */
function areNames(texts: readonly string[]): readonly string[] | undefined {
  const isName = (text: string) => /\p{L}/u.test(text) && text.length <= LONGEST && !/\s/.test(text);
  return texts.every(isName) && new Set(texts).size === texts.length ? texts : undefined;
}
