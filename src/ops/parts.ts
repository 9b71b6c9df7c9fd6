import { tabulate } from "../math/lists.js";
import { createMatrix, joinedPart, rowOf, type Shape } from "../math/matrix.js";
import { isStored, storedPart } from "../math/stored-matrix.js";
import * as arrays from "../trace/arrays.js";
import type { PartOffset } from "../trace/op.js";
import { define } from "./define.js";

// Cuts matrices into parts, and joins parts.

export interface Slice extends PartOffset, Shape {}

/** Some consecutive rows and columns of a matrix. */
export const slice = define<Slice>({
  name: "slice",
  definition: ([a], { firstRow, firstCol, rows, cols }) =>
    rows === a.rows && cols === a.cols
      ? a
      : arrays.slice(a, { from: firstRow, to: firstRow + rows }, { from: firstCol, to: firstCol + cols }),
  kernel([matrix], part) {
    if (isStored(matrix)) return storedPart(matrix, part);
    const { firstRow, firstCol, rows, cols } = part;
    const joined = rows === matrix.rows ? joinedPart(matrix, firstCol, cols) : undefined;
    if (joined) return { rows, cols, data: joined.data };
    const { cols: stride, data: whole } = matrix;
    const data = new Float64Array(rows * cols);
    for (let row = 0, at = 0; row < rows; row++) {
      const from = (firstRow + row) * stride + firstCol;
      for (let col = 0; col < cols; col++) data[at++] = whole[from + col];
    }
    return { rows, cols, data };
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
  gradient(back, { inputs, gradient, d }) {
    let firstRow = 0;
    for (const [index, { shape }] of inputs.entries()) {
      const { rows, cols } = shape;
      const formula = `rows ${firstRow} to ${firstRow + rows - 1} of ${d}`;
      back.record(index, slice, [gradient], formula, { firstRow, firstCol: 0, rows, cols });
      firstRow += rows;
    }
  },
});

/** The columns of several matrices side by side. Each n×d_i → n×Σ d_i. */
export const joinColumns = define({
  name: "join-columns",
  rowwise: "all",
  definition: (inputs) => arrays.joinColumns(inputs),
  gradient(back, { inputs, gradient, d }) {
    let firstCol = 0;
    for (const [index, { shape }] of inputs.entries()) {
      const { rows, cols } = shape;
      const formula = `columns ${firstCol} to ${firstCol + cols - 1} of ${d}`;
      back.record(index, slice, [gradient], formula, { firstRow: 0, firstCol, rows, cols });
      firstCol += cols;
    }
  },
});

/** A matrix followed by `zeroCols` columns of zeros. n×m → n×(m + zeroCols). */
export const padColumns = define<{ readonly zeroCols: number }>({
  name: "pad-columns",
  rowwise: [0],
  definition: ([a], { zeroCols }) =>
    arrays.explainIfEmpty(arrays.pad(a, { right: zeroCols }), "0, because it is an added column of zeros"),
  gradient(back, { inputs: [{ shape }], gradient, d }) {
    const { rows, cols } = shape;
    const formula = `columns 0 to ${cols - 1} of ${d}`;
    back.record(0, slice, [gradient], formula, { firstRow: 0, firstCol: 0, rows, cols });
  },
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
