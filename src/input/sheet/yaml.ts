import type { WrittenNumber } from "../../math/written.js";
import type { RowText } from "./pieces.js";
import { type WrittenTable, writtenCell } from "./rows.js";

const FIRST = /^\s*- - (?!-\s*$)(\S+)\s*$/;
const NEXT = /^\s*- (?!- )(\S+)\s*$/;

/** The rows of a list of lists of YAML, a number a line; undefined when it is none. */
export function nestedList(lines: readonly RowText[]): WrittenTable | undefined {
  if (lines.length === 0 || !FIRST.test(lines[0].line.text)) return undefined;
  const rows: (WrittenNumber | null)[][] = [];
  for (const { line } of lines) {
    const [, first] = FIRST.exec(line.text) ?? [];
    const [, next] = NEXT.exec(line.text) ?? [];
    const cell = writtenCell(first ?? next ?? "x");
    if (cell === undefined) return undefined;
    if (first !== undefined) rows.push([cell]);
    else rows[rows.length - 1].push(cell);
  }
  return rows.every((row) => row.length === rows[0].length) ? { rows } : undefined;
}
