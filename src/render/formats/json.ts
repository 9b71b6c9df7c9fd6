import type { BooleanMatrix, Matrix } from "../../math/matrix.js";
import type { Chunk, RunFormat } from "./format.js";
import { writeGrid, writeMatrix } from "./grid.js";

/** JSON has no such numbers, so qkv always writes these strings. */
const WORDS = { nan: '"NaN"', infinity: '"Infinity"', minusInfinity: '"-Infinity"' };

/** One JSON object for the run (render/json.ts). A single matrix is a list of rows. Never rounded. */
export const json: RunFormat = {
  endings: [".json"],
  holds: "run",
  *write({ matrix }) {
    yield* writeJsonRows(matrix, "");
    yield "\n";
  },
};

/** Writes a list of rows, each on its own line. `indent` is the indentation of the line on which the list starts. */
export function writeJsonRows(matrix: Matrix, indent: string): Iterable<Chunk> {
  return writeMatrix(matrix, "full", WORDS, rowMarks(indent));
}

/** Writes a list of rows on one line. */
export function writeJsonLine(matrix: Matrix): Iterable<Chunk> {
  return writeMatrix(matrix, "full", WORDS, {
    ...rowMarks(""),
    before: "[",
    betweenRows: ",",
    after: "]",
  });
}

/** Writes a list of rows of true and false, in the same layout as numbers. */
export function writeJsonTruths(matrix: BooleanMatrix, indent: string): Iterable<Chunk> {
  return writeGrid(matrix, (cell) => String(cell === 1), rowMarks(indent));
}

const rowMarks = (indent: string) => ({
  before: `[\n${indent}  `,
  rowStart: "[",
  betweenCells: ",",
  rowEnd: "]",
  betweenRows: `,\n${indent}  `,
  after: `\n${indent}]`,
});
