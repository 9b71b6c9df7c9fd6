import { cellProblem } from "../cell-problem.js";
import type { SaidShape } from "../said-shape.js";
import { isBlank, type Line, type LineCell, refuseLine, wordsOf } from "./lines.js";

/** One matrix of a display, and what the lines above its numbers say of it. */
export interface Block {
  readonly name: LineCell | undefined;
  readonly program: string;
  /** Every number is to be multiplied by 10 to this power. */
  readonly exponent: number | undefined;
  /** A point in the middle of the line stands for a zero that is not stored. */
  readonly zeros: boolean;
  readonly rows: readonly (readonly LineCell[])[];
  /** The shape that is printed above the numbers. */
  readonly said: (SaidShape & { readonly line: Line }) | undefined;
  /** The parts that its columns stood in; none when all stood side by side. */
  readonly columns: readonly ColumnBlock[];
}

type Draft = { -readonly [Key in keyof Block]: Block[Key] } & { rows: LineCell[][]; columns: ColumnBlock[] };

/** Without a letter or a parenthesis a line is a row: most are, and that is seen sooner than all patterns say no. */
const SAYS_SOMETHING = /[a-z(]/i;

/** The matrices of a display. Throws SYNTAX where columns are missing or a matrix is sparse. */
export function findBlocks(lines: readonly Line[], subject: string): Block[] {
  const blocks: Draft[] = [];
  let block: Draft | undefined;
  let gap = false;
  for (const line of lines) {
    if (isBlank(line)) {
      gap = true;
      continue;
    }
    const isPlain = !SAYS_SOMETHING.test(line.text);
    const started = isPlain ? undefined : startBlock(line);
    if (started && (started.name || !block || block.rows.length > 0)) {
      block = started;
      blocks.push(block);
    } else if (!block) {
      block = createBlock({});
      blocks.push(block);
    }
    if (isPlain || (!started && !describes(line, block, subject))) {
      if (gap && block.rows.length > 0) refuseGap(line, subject);
      if (!isPlain) refuseComplex(line, subject);
      block.rows.push(wordsOf(line));
    }
    gap = false;
  }
  return blocks.map((found) => {
    const { columns, name } = found;
    if (columns.length === 0) return found;
    return { ...found, rows: joinColumns(columns, name && blocks.length > 1 ? name.text : subject) };
  });
}

function createBlock(parts: Partial<Draft>): Draft {
  return {
    name: undefined,
    program: "MATLAB",
    exponent: undefined,
    zeros: false,
    said: undefined,
    rows: [],
    columns: [],
    ...parts,
  };
}

const JULIA = /^\s*(?:\d+[×x]\d+|\d+-element) .*:\s*$/;

/** A number that is in no type, such as `Matrix{Float6}4`, `Float6;4`, `Mat 3 rix`, `1×2 8. Matrix` or `1×1 ×1`. In `with indices 0:1×0:1` all is in order. */
const JULIA_SLIP =
  /\S\s{2,}\S|[;&|$@~%^*+=/\\?]|\{[^{}]*\w \w|\}\d|(?<![)\d])×|√|\d\.(?![A-Za-z])|(?<!×)\b\d+(?!x\d)[A-Za-z]| -\d/;

/** A line that only starts a matrix: `A =`, or `2×2 Matrix{Float64}:`. */
function startBlock(line: Line): Draft | undefined {
  const named = /^(\s*)([A-Za-z_]\w*)\s*=\s*$/.exec(line.text);
  if (named) return createBlock({ name: { text: named[2], line, at: named[1].length } });
  if (JULIA.test(line.text) && !JULIA_SLIP.test(line.text)) {
    return createBlock({
      program: "Julia",
      said: saidIn(line),
      zeros: /Diagonal|Triangular|Sparse|Hermitian|Bidiagonal|Tridiagonal/.test(line.text),
    });
  }
  return undefined;
}

/** What torch printed below its numbers before version 0.4, and prints in C++: `[ CPUFloatType{2,3} ]`. */
export const TORCH_SIZE =
  /^[ \t]*\[ ?(?:torch\.\w+ of size (\d+)(?:x(\d+))?|\w+Type\{(\d+)(?:,(\d+))?\}) ?\]\s*$/m;

/** The shape in `2×3 Matrix{Float64}:`, `3-element Vector{Float64}:` or MATLAB's `2×2 single matrix`. */
function saidIn(line: Line): Block["said"] {
  const found = /^\s*(\d+)(?:[×x](\d+)|-element)\s/.exec(line.text) ?? TORCH_SIZE.exec(line.text);
  const [rows, cols = "1"] = found?.slice(1).filter((size) => size !== undefined) ?? [];
  return rows === undefined ? undefined : { line, rows: Number(rows), cols: Number(cols) };
}

/** True for a line between name and numbers that says something of them, which the block then knows. */
function describes(line: Line, block: Draft, subject: string): boolean {
  const { text } = line;
  // A factor that would take every number beyond the largest is a slip.
  const factor = /^\s*(?:1(?:\.0*)?)?e([-+][0-2]?\d{1,2})\s*\*\s*$/i.exec(text);
  const columns = startColumns(line);
  if (block.rows.length > 0) {
    const changesFactor = factor && block.exponent !== Number(factor[1]);
    if (changesFactor || (columns && block.columns.length === 0)) refuseLate(line, subject);
  }
  block.said ??= saidIn(line);
  if (factor) block.exponent = Number(factor[1]);
  if (columns) {
    block.columns.push(columns);
    block.rows = columns.rows;
  }
  if (/sparse|^\s*\(\d+,\s*\d+\)/i.test(text)) {
    refuseLine(line, "SYNTAX", `${subject}: this matrix is sparse.`, "Print it whole: full(A).");
  }
  if (/^\s*(?:Diagonal|Permutation) Matrix\s*$/.test(text)) block.program = "Octave";
  const ended = TORCH_SIZE.test(text);
  if (ended) block.program = "torch";
  return (
    ended ||
    factor !== null ||
    columns !== undefined ||
    /^\s*(?:Diagonal|Permutation) Matrix\s*$|^\s*\d+[×x]\d+ [a-z\d ]*(?:matrix|array|vector)\s*$/.test(text)
  );
}

function refuseLate(line: Line, subject: string): never {
  const message = `${subject}: rows stand above this line, of which it says nothing.`;
  return refuseLine(line, "SYNTAX", message, "Paste the display as it was printed.");
}

function refuseGap(line: Line, subject: string): never {
  const message = `${subject}: a blank line stands before this row: it is one matrix with a gap, or two.`;
  return refuseLine(line, "AMBIGUOUS", message, "Remove the blank line, or give both matrices names.");
}

function refuseComplex(line: Line, subject: string): void {
  const found = /(?<!\S)\S+\s+[-+]\s+[\d.]+(?:e[-+]?\d+)?[ij]\b/.exec(line.text);
  if (!found) return;
  const { message, hint } = cellProblem(found[0].replace(/\s+/g, ""));
  refuseLine(line, "NOT_A_NUMBER", `${subject}: ${message}.`, hint, found.index);
}

/** The columns that stand below a line such as `Columns 1 through 8`, counted from 1. */
interface ColumnBlock {
  readonly line: Line;
  readonly first: number;
  readonly last: number;
  readonly rows: LineCell[][];
}

/** The block that such a line starts; undefined for any other line. */
function startColumns(line: Line): ColumnBlock | undefined {
  const [, first, last] = /^\s*Columns? (\d+)(?:\s+(?:through|to|and)\s+(\d+))?:?\s*$/i.exec(line.text) ?? [];
  if (first === undefined) return undefined;
  return { line, first: Number(first), last: Number(last ?? first), rows: [] };
}

const PRINT_ALL = "Paste all of it, or print it in one block: mat2str(A), or mat2str(A, 17) for all digits.";

/**
 * The rows of blocks that stand one below the other, put side by side. Throws SYNTAX when columns are missing: a display
 * has such lines only when there is more than one block.
 */
function joinColumns(blocks: readonly ColumnBlock[], subject: string): LineCell[][] {
  const refuse = ({ line }: ColumnBlock | LineCell, message: string): never =>
    refuseLine(line, "SYNTAX", `${subject}: ${message}.`, PRINT_ALL);
  const [start] = blocks;
  if (blocks.length === 1)
    refuse(start, `only ${nameOf(start)} can be seen here, and this display goes on behind them`);
  let next = 1;
  for (const block of blocks) {
    if (block.first !== next) refuse(block, `column ${next} should stand here, not ${nameOf(block)}`);
    if (block.rows.length !== start.rows.length) {
      const found = `${counted(block.rows.length, "row")}, but ${start.rows.length} above`;
      refuse(block, `${nameOf(block)} here: ${found}`);
    }
    const width = block.last - block.first + 1;
    const odd = block.rows.find((row) => row.length !== width);
    if (odd) refuse(odd[0], `this row of ${nameOf(block)} has ${counted(odd.length, "value")}`);
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
