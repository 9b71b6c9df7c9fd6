import type { BooleanMatrix, Matrix } from "../../math/matrix.js";
import type { Chunk, RunFormat } from "./format.js";
import { type Marks, writeGrid, writeMatrix } from "./grid.js";

/** JSON has no numbers for these; qkv writes the strings everywhere. */
const WORDS = { nan: '"NaN"', infinity: '"Infinity"', minusInfinity: '"-Infinity"' };

/** One JSON object for the run (render/json.ts); one matrix alone is a list of rows. Never rounded. */
export const json: RunFormat = {
  endings: [".json"],
  holds: "run",
  *write({ matrix }) {
    yield* writeJsonRows(matrix, "");
    yield "\n";
  },
};

/** A list of rows, each on a line of its own; `indent` is that of the line on which the list starts. */
export function writeJsonRows(matrix: Matrix, indent: string): Iterable<Chunk> {
  return writeMatrix(matrix, "full", WORDS, rowMarks(indent));
}

/** A list of rows, all on one line. */
export function writeJsonLine(matrix: Matrix): Iterable<Chunk> {
  return writeMatrix(matrix, "full", WORDS, {
    ...rowMarks(""),
    before: "[",
    betweenRows: ",",
    after: "]",
  });
}

/** A list of rows of true and false, laid out as numbers are. */
export function writeJsonTruths(matrix: BooleanMatrix, indent: string): Iterable<Chunk> {
  return writeGrid(matrix, (cell) => String(cell === 1), rowMarks(indent));
}

const rowMarks = (indent: string): Marks => ({
  before: `[\n${indent}  `,
  rowStart: "[",
  betweenCells: ",",
  rowEnd: "]",
  betweenRows: `,\n${indent}  `,
  after: `\n${indent}]`,
});
