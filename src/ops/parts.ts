import { tabulate } from "../math/lists.js";
import { createMatrix, joinedPart, rowOf, type Shape } from "../math/matrix.js";
import { isStored, storedPart } from "../math/stored-matrix.js";
import * as arrays from "../trace/arrays.js";
import type { Op, PartOffset } from "../trace/op.js";
import { define } from "./define.js";
import { computeNumbers } from "./interpreters/numbers.js";

// Cuts matrices into parts, and joins parts.

export interface Slice extends PartOffset, Shape {}

const partOf: arrays.Definition<Slice> = ([a], { firstRow, firstCol, rows, cols }) =>
  rows === a.rows && cols === a.cols
    ? a
    : arrays.slice(a, { from: firstRow, to: firstRow + rows }, { from: firstCol, to: firstCol + cols });

/** Some consecutive rows and columns of a matrix. */
export const slice = define<Slice>({
  name: "slice",
  definition: partOf,
  kernel([matrix], part) {
    if (isStored(matrix)) return storedPart(matrix, part);
    const { firstCol, rows, cols } = part;
    const joined = rows === matrix.rows ? joinedPart(matrix, firstCol, cols) : undefined;
    return joined ? { rows, cols, data: joined.data } : computeNumbers(partOf, [matrix], part);
  },
  gradient: (back, { params, gradient }) => back.setPart(0, gradient, params),
});

export interface Parts extends Shape {
  /** The top left corner of each input. */
  readonly places: readonly PartOffset[];
}

/**
 * Matrices, each at its place in a larger matrix. Overlapping cells are added; cells without a part are 0. → rows×cols.
 */
export const placeParts = define<Parts>({
  name: "place-parts",
  definition(inputs, { rows, cols, places }) {
    const parts = inputs.map((part, index) => {
      const { firstRow, firstCol } = places[index];
      return arrays.pad(part, {
        above: firstRow,
        below: rows - firstRow - part.rows,
        left: firstCol,
        right: cols - firstCol - part.cols,
      });
    });
    return arrays.explainIfEmpty(parts.reduce(arrays.add), "0, because nothing was taken from here");
  },
  kernel(inputs, { rows, cols, places }) {
    const whole = createMatrix(rows, cols);
    for (const [index, part] of inputs.entries()) {
      const { firstRow, firstCol } = places[index];
      for (let row = 0; row < part.rows; row++) {
        const target = rowOf(whole, firstRow + row);
        for (const [col, value] of rowOf(part, row).entries()) target[firstCol + col] += value;
      }
    }
    return whole;
  },
  gradient(back, { inputs, params: { places }, gradient, d }) {
    for (const [index, { shape }] of inputs.entries()) {
      const { firstRow, firstCol } = places[index];
      const formula = `the part of ${d} where it was put`;
      back.record(index, slice, [gradient], formula, { firstRow, firstCol, ...shape });
    }
  },
});

/** Returns the gradients of matrices that stand side by side, or one below the other: each gets its part. */
function recordParts(axis: "rows" | "columns"): NonNullable<Op<unknown>["gradient"]> {
  return (back, { inputs, gradient, d }) => {
    let [firstRow, firstCol] = [0, 0];
    for (const [index, { shape }] of inputs.entries()) {
      const [first, count] = axis === "rows" ? [firstRow, shape.rows] : [firstCol, shape.cols];
      const formula = `${axis} ${first} to ${first + count - 1} of ${d}`;
      back.record(index, slice, [gradient], formula, { firstRow, firstCol, ...shape });
      if (axis === "rows") firstRow += count;
      else firstCol += count;
    }
  };
}

/**
 * The rows of several matrices one below the other, followed by `zeroRows` rows of zeros. Each n_i×d → (Σ n_i +
 * zeroRows)×d.
 */
export const stackRows = define<{ readonly zeroRows: number }>({
  name: "stack-rows",
  definition(inputs, { zeroRows }) {
    const stacked = inputs.length === 1 ? inputs[0] : arrays.joinRows(inputs);
    const padded = arrays.pad(stacked, { below: zeroRows });
    return arrays.explainIfEmpty(padded, "0, because it is an added row of zeros");
  },
  gradient: recordParts("rows"),
});

/** The columns of several matrices side by side. Each n×d_i → n×Σ d_i. */
export const joinColumns = define({
  name: "join-columns",
  rowwise: "all",
  definition: (inputs) => arrays.joinColumns(inputs),
  gradient: recordParts("columns"),
});

/** A matrix followed by `zeroCols` columns of zeros. n×m → n×(m + zeroCols). */
export const padColumns = define<{ readonly zeroCols: number }>({
  name: "pad-columns",
  rowwise: [0],
  definition: ([a], { zeroCols }) =>
    arrays.explainIfEmpty(arrays.pad(a, { right: zeroCols }), "0, because it is an added column of zeros"),
  gradient: recordParts("columns"),
});

/**
 * Matrices of one shape as the tiles of one matrix, `perRow` side by side. k·perRow inputs of n×m → (k·n)×(perRow·m).
 */
export const tiles = define<{ readonly perRow: number }>({
  name: "tiles",
  definition(inputs, { perRow }) {
    const rows = tabulate(inputs.length / perRow, (row) =>
      arrays.joinColumns(inputs.slice(row * perRow, (row + 1) * perRow)),
    );
    return arrays.joinRows(rows);
  },
});
