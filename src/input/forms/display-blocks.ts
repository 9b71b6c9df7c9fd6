import { counted } from "../../errors.js";
import { cellProblem } from "../cell-problem.js";
import { type StatedShape, statedShape, TORCH_SIZE } from "../stated-shape.js";
import { GAP } from "./check-table.js";
import type { FormOptions } from "./form.js";
import { isBlank, type Line, type LineCell, pieceOf, refuseCell, wordsOf } from "./lines.js";

/** One matrix of a display, and what the lines above its numbers say about it. */
export interface Block {
  readonly name?: LineCell;
  program: string;
  /** The power of 10 by which every number must be multiplied. */
  exponent?: number;
  /** Whether `⋅` stands for a zero that is not stored. */
  readonly zeros?: boolean;
  rows: LineCell[][];
  /** The shape that is printed above the numbers, and its line. */
  stated?: StatedShape & { readonly line: Line };
  /** The blocks in which its columns were printed; empty if all columns were side by side. */
  readonly columns: ColumnBlock[];
}

/**
 * A line without a letter or a parenthesis is a row. This check is faster than all patterns, and most lines are rows.
 */
const SAYS_SOMETHING = /[a-z(]/i;

/** Finds the matrices of a display. Throws SYNTAX if columns are missing or a matrix is sparse. */
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

/** Adds a line to the blocks: as the start of a matrix, as information about it, or as one of its rows. */
function takeLine(line: Line, blocks: Block[], isBehindGap: boolean, options: FormOptions): void {
  const isPlain = !SAYS_SOMETHING.test(line.text);
  const started = isPlain ? undefined : startBlock(line);
  const last = blocks.at(-1);
  if (started && (started.name || !last || last.rows.length > 0)) blocks.push(started);
  else if (!last) blocks.push({ program: "MATLAB", rows: [], columns: [] });
  const block = blocks[blocks.length - 1];
  if (!isPlain && (started || readDescription(line, block, options))) return;
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

/**
 * A typing error in a Julia header: a digit outside its type, as in `Matrix{Float6}4`, `Float6;4`, `Mat 3 rix`, `1×2 8.
 * Matrix` or `1×1 ×1`. `with indices 0:1×0:1` is valid and does not match.
 */
const JULIA_TYPING_ERROR =
  /\S\s{2,}\S|[;&|$@~%^*+=/\\?]|\{[^{}]*\w \w|\}\d|(?<![)\d])×|√|\d\.(?![A-Za-z])|(?<!×)\b\d+(?!x\d)[A-Za-z]| -\d/;

/** Starts a block if the line only introduces a matrix: `A =`, or `2×2 Matrix{Float64}:`. */
function startBlock(line: Line): Block | undefined {
  const { text } = line;
  const named = /^\s*([A-Za-z_]\w*)\s*=\s*$/.exec(text);
  if (named) return { name: { ...pieceOf(line), text: named[1] }, program: "MATLAB", rows: [], columns: [] };
  if (!JULIA.test(text) || JULIA_TYPING_ERROR.test(text)) return undefined;
  const zeros = /Diagonal|Triangular|Sparse|Hermitian|Bidiagonal|Tridiagonal/.test(text);
  return { program: "Julia", zeros, stated: { line, ...statedShape(text) }, rows: [], columns: [] };
}

/** Whether a line gives information about the numbers. If so, the information is added to the block. */
function readDescription(line: Line, block: Block, options: FormOptions): boolean {
  const { text } = line;
  const fail = (what: string, hint: string): never => refuseCell(pieceOf(line), options, what, hint);
  // A larger factor would make every number overflow, so it is a typing error and does not match.
  const [, factor] = /^\s*(?:1(?:\.0*)?)?e([-+][0-2]?\d{1,2})\s*\*\s*$/i.exec(text) ?? [];
  const columns = statedColumns(text);
  const changesFactor = factor !== undefined && block.exponent !== Number(factor);
  if (block.rows.length > 0 && (changesFactor || (columns && block.columns.length === 0)))
    fail("there are rows above this line that it does not mention", "Paste the display as it was printed.");
  if (/sparse|^\s*\(\d+,\s*\d+\)/i.test(text)) fail("this matrix is sparse", "Print all of it: full(A).");
  if (factor !== undefined) block.exponent = Number(factor);
  if (columns) {
    block.rows = [];
    block.columns.push({ line, ...columns, rows: block.rows });
  }
  const stated = statedShape(text);
  if (stated) block.stated ??= { line, ...stated };
  const isOctave = /^\s*(?:Diagonal|Permutation) Matrix\s*$/.test(text);
  const isTorch = TORCH_SIZE.test(text);
  if (isOctave || isTorch) block.program = isOctave ? "Octave" : "torch";
  const isMatlab = /^\s*\d+[×x]\d+ [a-z\d ]*(?:matrix|array|vector)\s*$/.test(text);
  return isOctave || isTorch || isMatlab || factor !== undefined || columns !== undefined;
}

/** Returns the columns that a line such as `Columns 1 through 8` or `Column 9:` names, counted from 1. */
export function statedColumns(text: string): { readonly first: number; readonly last: number } | undefined {
  const [, first, last = first] =
    /^\s*Columns? (\d+)(?:\s+(?:through|to|and)\s+(\d+))?:?\s*$/i.exec(text) ?? [];
  return first === undefined ? undefined : { first: Number(first), last: Number(last) };
}

/** The columns below a line such as `Columns 1 through 8`, counted from 1. */
interface ColumnBlock {
  readonly line: Line;
  readonly first: number;
  readonly last: number;
  readonly rows: LineCell[][];
}

/**
 * Joins blocks of columns side by side. Throws SYNTAX if columns are missing. A single block also means missing
 * columns, because such lines are printed only if there are several blocks.
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
