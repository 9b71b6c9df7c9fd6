import { createMatrix, type Matrix } from "../../src/math/matrix.js";
import { turn } from "./kernel-positions.js";
import type { KernelProblem } from "./machines.js";
import { type NamedBug, one, softmax, withMask } from "./named-bug.js";

// Bugs in work that is split (parts of a row, pages of a cache), in results that are stored by columns, and in dropout.

/** Parts of a row, each with its own softmax, that are combined with one weight each. */
function averaged(scores: Float64Array, parts: number): Float64Array {
  const size = Math.ceil(scores.length / parts);
  const weights = new Float64Array(scores.length);
  const starts = Array.from({ length: Math.ceil(scores.length / size) }, (_, part) => part * size).filter(
    (first) => scores.subarray(first, first + size).some((score) => score > -Infinity),
  );
  for (const first of starts) {
    const own = softmax(scores.subarray(first, first + size));
    weights.set(
      own.map((weight) => weight / starts.length),
      first,
    );
  }
  return weights;
}

/** The second page is read from the place of the first one. */
function withPageAgain(matrix: Matrix): Matrix {
  const page = matrix.rows >= 64 ? 16 : 4;
  const from = (row: number) => (row >= page && row < 2 * page ? row - page : row);
  return createMatrix(matrix.rows, matrix.cols, (row, col) => matrix.data[from(row) * matrix.cols + col]);
}

/** What a cell contains after cell (row, col) was written to col·rows + row. */
const byColumns = ({ rows, cols, data }: Matrix): Matrix =>
  createMatrix(rows, cols, (row, col) => {
    const place = row * cols + col;
    return data[(place % rows) * cols + Math.floor(place / rows)];
  });

const DROPPED = 0.2;

/** Returns a number from 0 to 1 for each pair of numbers, as if drawn. */
function drawn(row: number, key: number): number {
  const mixed = Math.sin(12.9898 * (row + 1) + 78.233 * (key + 1)) * 43758.5453;
  return mixed - Math.floor(mixed);
}

const dropOut = (scores: readonly Float64Array[], { query }: KernelProblem): readonly Float64Array[] =>
  scores.map((own, row) =>
    softmax(own).map((weight, key) =>
      drawn(row % query[0].rows, key) < DROPPED ? 0 : weight / (1 - DROPPED),
    ),
  );

export const SHARED_KERNEL_BUGS: readonly NamedBug[] = [
  one("splits-misweighted", { weights: (scores) => scores.map((row) => averaged(row, 4)) }, "tiles"),
  one(
    "tile-repeated",
    {
      problem: (given) => ({
        ...given,
        key: given.key.map(withPageAgain),
        value: given.value.map(withPageAgain),
      }),
    },
    "tiles",
  ),
  one("output-transposed", { stored: (outputs) => outputs.map(byColumns) }),
  one(
    "mask-by-tile-index",
    withMask((i, j, own) => own(i, j % 16)),
    "causal-square",
    "tiles",
  ),
  one(
    "rope-direction",
    {
      problem: (given) => {
        if (!given.turned) return given;
        const { query, rope, offset } = given.turned;
        return { ...given, query: query.map((one) => turn(one, { ...rope, isBackwards: true }, offset)) };
      },
    },
    "rope",
  ),
  one("dropout-left-on", { weights: dropOut }, "square", "many"),
];
