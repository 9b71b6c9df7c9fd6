import { refuseAt, type Source } from "../source.js";
import { type Line, type LineCell, offsetIn } from "./lines.js";

/** The columns that stand below a line such as `Columns 1 through 8`, counted from 1. */
export interface ColumnBlock {
  readonly line: Line;
  readonly first: number;
  readonly last: number;
  readonly rows: LineCell[][];
}

/** The block that such a line starts; undefined for any other line. */
export function startColumns(line: Line): ColumnBlock | undefined {
  const [, first, last] = /^\s*Columns? (\d+)(?:\s+(?:through|to|and)\s+(\d+))?:?\s*$/i.exec(line.text) ?? [];
  if (first === undefined) return undefined;
  return { line, first: Number(first), last: Number(last ?? first), rows: [] };
}

const PRINT_ALL = "Paste all of it, or print it in one block: mat2str(A), or mat2str(A, 17) for all digits.";

/**
 * The rows of blocks that stand one below the other, put side by side. Throws SYNTAX when columns are missing: a display
 * has such lines only when there is more than one block.
 */
export function joinColumns(source: Source, blocks: readonly ColumnBlock[], subject: string): LineCell[][] {
  const refuse = ({ line }: ColumnBlock, message: string): never =>
    refuseAt(source, offsetIn(line, 0), "SYNTAX", `${subject}: ${message}.`, PRINT_ALL);
  const [start] = blocks;
  if (blocks.length === 1) {
    refuse(start, `only ${nameOf(start)} can be seen here, and this display goes on behind them`);
  }
  let next = 1;
  for (const block of blocks) {
    if (block.first !== next) refuse(block, `column ${next} should stand here, not ${nameOf(block)}`);
    if (block.rows.length !== start.rows.length) {
      refuse(
        block,
        `${nameOf(block)} here: ${counted(block.rows.length, "row")}, but ${start.rows.length} above`,
      );
    }
    const width = block.last - block.first + 1;
    const odd = block.rows.find((row) => row.length !== width);
    if (odd) {
      const message = `this row of ${nameOf(block)} has ${counted(odd.length, "value")}`;
      refuse({ ...block, line: odd[0].line }, message);
    }
    next = block.last + 1;
  }
  return start.rows.map((_, row) => blocks.flatMap((block) => block.rows[row]));
}

function nameOf({ first, last }: ColumnBlock): string {
  return first === last ? `column ${first}` : `columns ${first} to ${last}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
