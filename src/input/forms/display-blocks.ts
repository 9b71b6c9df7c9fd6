import { cellProblem } from "../cell-problem.js";
import { type SaidShape, saidShape, TORCH_SIZE } from "../said-shape.js";
import type { FormOptions } from "./form.js";
import { isBlank, type Line, type LineCell, pieceOf, refuseCell, wordsOf } from "./lines.js";
import { GAP } from "./slips.js";

/** One matrix of a display, and what the lines above its numbers say of it. */
export interface Block {
  readonly name?: LineCell;
  program: string;
  /** Every number is to be multiplied by 10 to this power. */
  exponent?: number;
  /** A point in the middle of the line stands for a zero that is not stored. */
  readonly zeros?: boolean;
  rows: LineCell[][];
  /** The shape that is printed above the numbers, and where. */
  said?: SaidShape & { readonly line: Line };
  /** The parts that its columns stood in; none when all stood side by side. */
  readonly columns: ColumnBlock[];
}

/** Without a letter or a parenthesis a line is a row: most are, and that is seen sooner than all patterns say no. */
const SAYS_SOMETHING = /[a-z(]/i;

/** The matrices of a display. Throws SYNTAX where columns are missing or a matrix is sparse. */
export function findBlocks(lines: readonly Line[], options: FormOptions): readonly Block[] {
  const blocks: Block[] = [];
  let isBehindGap = false;
  for (const line of lines) {
    if (!isBlank(line)) takeLine(line, blocks, isBehindGap, options);
    isBehindGap = isBlank(line);
  }
  for (const block of blocks)
    if (block.columns.length > 0)
      block.rows = joinColumns(block.columns, {
        subject: block.name && blocks.length > 1 ? block.name.text : options.subject,
      });
  return blocks;
}

/** Takes a line as the start of a matrix, as what is said of one, or as a row of it. */
function takeLine(line: Line, blocks: Block[], isBehindGap: boolean, options: FormOptions): void {
  const isPlain = !SAYS_SOMETHING.test(line.text);
  const started = isPlain ? undefined : startBlock(line);
  const last = blocks.at(-1);
  if (started && (started.name || !last || last.rows.length > 0)) blocks.push(started);
  else if (!last) blocks.push({ program: "MATLAB", rows: [], columns: [] });
  const block = blocks[blocks.length - 1];
  if (!isPlain && (started || describes(line, block, options))) return;
  if (isBehindGap && block.rows.length > 0) {
    const hint = "Remove the blank line, or give both matrices names.";
    refuseCell(pieceOf(line), options, GAP, hint, "AMBIGUOUS");
  }
  const complex = isPlain ? null : COMPLEX.exec(line.text);
  if (complex) {
    const { message, hint } = cellProblem(complex[0].replace(/\s+/g, ""));
    refuseCell(pieceOf(line, complex.index), options, message, hint, "NOT_A_NUMBER");
  }
  block.rows.push(wordsOf(line));
}

const COMPLEX = /(?<!\S)\S+\s+[-+]\s+[\d.]+(?:e[-+]?\d+)?[ij]\b/;

const JULIA = /^\s*(?:\d+[×x]\d+|\d+-element) .*:\s*$/;

/** A number that is in no type, such as `Matrix{Float6}4`, `Float6;4`, `Mat 3 rix`, `1×2 8. Matrix` or `1×1 ×1`. In `with indices 0:1×0:1` all is in order. */
const JULIA_SLIP =
  /\S\s{2,}\S|[;&|$@~%^*+=/\\?]|\{[^{}]*\w \w|\}\d|(?<![)\d])×|√|\d\.(?![A-Za-z])|(?<!×)\b\d+(?!x\d)[A-Za-z]| -\d/;

/** A line that only starts a matrix: `A =`, or `2×2 Matrix{Float64}:`. */
function startBlock(line: Line): Block | undefined {
  const { text } = line;
  const named = /^\s*([A-Za-z_]\w*)\s*=\s*$/.exec(text);
  if (named) return { name: { ...pieceOf(line), text: named[1] }, program: "MATLAB", rows: [], columns: [] };
  if (!JULIA.test(text) || JULIA_SLIP.test(text)) return undefined;
  const zeros = /Diagonal|Triangular|Sparse|Hermitian|Bidiagonal|Tridiagonal/.test(text);
  return { program: "Julia", zeros, said: { line, ...saidShape(text) }, rows: [], columns: [] };
}

/** True for a line beside the numbers that says something of them, which the block then knows. */
function describes(line: Line, block: Block, options: FormOptions): boolean {
  const { text } = line;
  const fail = (what: string, hint: string): never => refuseCell(pieceOf(line), options, what, hint);
  // A factor that would take every number beyond the largest is a slip.
  const [, factor] = /^\s*(?:1(?:\.0*)?)?e([-+][0-2]?\d{1,2})\s*\*\s*$/i.exec(text) ?? [];
  const columns = saidColumns(text);
  const changesFactor = factor !== undefined && block.exponent !== Number(factor);
  if (block.rows.length > 0 && (changesFactor || (columns && block.columns.length === 0)))
    fail("there are rows above this line that it does not mention", "Paste the display as it was printed.");
  if (/sparse|^\s*\(\d+,\s*\d+\)/i.test(text)) fail("this matrix is sparse", "Print all of it: full(A).");
  if (factor !== undefined) block.exponent = Number(factor);
  if (columns) {
    block.rows = [];
    block.columns.push({ line, ...columns, rows: block.rows });
  }
  const said = saidShape(text);
  if (said) block.said ??= { line, ...said };
  const isOctave = /^\s*(?:Diagonal|Permutation) Matrix\s*$/.test(text);
  const isTorch = TORCH_SIZE.test(text);
  if (isOctave || isTorch) block.program = isOctave ? "Octave" : "torch";
  const isMatlab = /^\s*\d+[×x]\d+ [a-z\d ]*(?:matrix|array|vector)\s*$/.test(text);
  return isOctave || isTorch || isMatlab || factor !== undefined || columns !== undefined;
}

/** The columns that a line such as `Columns 1 through 8` or `Column 9:` says, counted from 1. */
export function saidColumns(text: string): { readonly first: number; readonly last: number } | undefined {
  const [, first, last = first] =
    /^\s*Columns? (\d+)(?:\s+(?:through|to|and)\s+(\d+))?:?\s*$/i.exec(text) ?? [];
  return first === undefined ? undefined : { first: Number(first), last: Number(last) };
}

/** The columns that stand below a line such as `Columns 1 through 8`, counted from 1. */
interface ColumnBlock {
  readonly line: Line;
  readonly first: number;
  readonly last: number;
  readonly rows: LineCell[][];
}

/**
 * The rows of blocks that stand one below the other, put side by side. Throws SYNTAX when columns are missing: a display
 * has such lines only when there is more than one block.
 */
function joinColumns(blocks: readonly ColumnBlock[], options: Pick<FormOptions, "subject">): LineCell[][] {
  const fail = (cell: LineCell, what: string): never =>
    refuseCell(
      cell,
      options,
      what,
      "Paste all of it, or print it in one block: mat2str(A), or mat2str(A, 17) for all digits.",
    );
  const [start] = blocks;
  let next = 1;
  for (const block of blocks) {
    const { line, first, last, rows } = block;
    const name = first === last ? `column ${first}` : `columns ${first} to ${last}`;
    if (blocks.length === 1)
      fail(pieceOf(line), `only ${name} are visible, but the display has more columns`);
    if (first !== next) fail(pieceOf(line), `column ${next} is expected here, not ${name}`);
    if (rows.length !== start.rows.length)
      fail(pieceOf(line), `${name} here: ${counted(rows.length, "row")}, but ${start.rows.length} above`);
    const odd = rows.find((row) => row.length !== last - first + 1);
    if (odd) fail(odd[0], `this row of ${name} has ${counted(odd.length, "value")}`);
    next = last + 1;
  }
  return start.rows.map((_, row) => blocks.flatMap((block) => block.rows[row]));
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
