import { cellProblem } from "../cell-problem.js";
import type { SaidShape } from "../said-shape.js";
import { refuseAt, type Source } from "../source.js";
import { type ColumnBlock, joinColumns, startColumns } from "./column-blocks.js";
import { isBlank, type Line, type LineCell, offsetIn, wordsOf } from "./lines.js";

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
export function findBlocks(source: Source, lines: readonly Line[], subject: string): Block[] {
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
    if (isPlain || (!started && !describes(source, line, block, subject))) {
      if (gap && block.rows.length > 0) refuseGap(source, line, subject);
      if (!isPlain) refuseComplex(source, line, subject);
      block.rows.push(wordsOf(line));
    }
    gap = false;
  }
  return blocks.map((found) => {
    const { columns, name } = found;
    if (columns.length === 0) return found;
    return { ...found, rows: joinColumns(source, columns, name && blocks.length > 1 ? name.text : subject) };
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
  /\S\s{2,}\S|[;&|$@~%^*+=/\\?]|\{[^}]*\w \w|\}\d|(?<![)\d])×|√|\d\.(?![A-Za-z])|(?<!×)\b\d+(?!x\d)[A-Za-z]| -\d/;

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
function describes(source: Source, line: Line, block: Draft, subject: string): boolean {
  const { text } = line;
  // A factor that would take every number beyond the largest is a slip.
  const factor = /^\s*(?:1(?:\.0*)?)?e([-+][0-2]?\d{1,2})\s*\*\s*$/i.exec(text);
  const columns = startColumns(line);
  if (block.rows.length > 0) {
    const changesFactor = factor && block.exponent !== Number(factor[1]);
    if (changesFactor || (columns && block.columns.length === 0)) refuseLate(source, line, subject);
  }
  block.said ??= saidIn(line);
  if (factor) block.exponent = Number(factor[1]);
  if (columns) {
    block.columns.push(columns);
    block.rows = columns.rows;
  }
  if (/sparse|^\s*\(\d+,\s*\d+\)/i.test(text)) {
    refuseAt(
      source,
      offsetIn(line, 0),
      "SYNTAX",
      `${subject}: this matrix is sparse.`,
      "Print it whole: full(A).",
    );
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

function refuseLate(source: Source, line: Line, subject: string): never {
  const message = `${subject}: rows stand above this line, of which it says nothing.`;
  return refuseAt(source, offsetIn(line, 0), "SYNTAX", message, "Paste the display as it was printed.");
}

function refuseGap(source: Source, line: Line, subject: string): never {
  const message = `${subject}: a blank line stands before this row: it is one matrix with a gap, or two.`;
  return refuseAt(
    source,
    offsetIn(line, 0),
    "AMBIGUOUS",
    message,
    "Remove the blank line, or give both matrices names.",
  );
}

function refuseComplex(source: Source, line: Line, subject: string): void {
  const found = /(?<!\S)\S+\s+[-+]\s+[\d.]+(?:e[-+]?\d+)?[ij]\b/.exec(line.text);
  if (!found) return;
  const { message, hint } = cellProblem(found[0].replace(/\s+/g, ""));
  refuseAt(source, offsetIn(line, found.index), "NOT_A_NUMBER", `${subject}: ${message}.`, hint);
}
