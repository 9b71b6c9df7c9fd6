import type { Matrix } from "../../math/matrix.js";
import type { Chunk, RunFormat } from "./format.js";
import { writeMatrix } from "./grid.js";

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
  return writeMatrix(matrix, "full", WORDS, {
    before: `[\n${indent}  `,
    rowStart: "[",
    betweenCells: ",",
    rowEnd: "]",
    betweenRows: `,\n${indent}  `,
    after: `\n${indent}]`,
  });
}
