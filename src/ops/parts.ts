import { belowEachOther, createMatrix, rowOf, type Shape, sideBySide } from "../math/matrix.js";
import { isStored, storedPart } from "../math/stored-matrix.js";
import { constant, sum } from "../trace/expression.js";
import { cell, type Op, type Place } from "../trace/op.js";

// Matrices cut into parts, and parts put together.

export interface Slice extends Place, Shape {}

/** Some consecutive rows and columns of a matrix. */
export const slice: Op<Slice> = {
  name: "slice",
  shape: (_, { rows, cols }) => ({ rows, cols }),
  compute([matrix], part) {
    if (isStored(matrix)) return storedPart(matrix, part);
    const { firstRow, firstCol, rows, cols } = part;
    const { cols: stride, data: whole } = matrix;
    const data = new Float64Array(rows * cols);
    for (let row = 0, at = 0; row < rows; row++) {
      const from = (firstRow + row) * stride + firstCol;
      for (let col = 0; col < cols; col++) data[at++] = whole[from + col];
    }
    return { rows, cols, data };
  },
  explainCell: (inputs, { firstRow, firstCol }, row, col) => cell(inputs, 0, firstRow + row, firstCol + col),
  gradient: (back, { params, gradient }) => back.place(0, gradient, params),
};

export interface Parts extends Shape {
  /** Where each input begins. */
  readonly places: readonly Place[];
}

/** Matrices, each in its place in a larger one: added where they share one, 0 where there is none. → rows×cols. */
export const placeParts: Op<Parts> = {
  name: "place-parts",
  shape: (_, { rows, cols }) => ({ rows, cols }),
  compute(inputs, { rows, cols, places }) {
    const whole = createMatrix(rows, cols);
    for (const [index, part] of inputs.entries()) {
      const { firstRow, firstCol } = places[index];
      for (let row = 0; row < part.rows; row++) {
        const own = rowOf(whole, firstRow + row);
        for (const [col, value] of rowOf(part, row).entries()) own[firstCol + col] += value;
      }
    }
    return whole;
  },
  explainCell(inputs, { places }, row, col) {
    const terms = inputs.flatMap((part, index) => {
      const [inRow, inCol] = [row - places[index].firstRow, col - places[index].firstCol];
      const isWithin = inRow >= 0 && inRow < part.rows && inCol >= 0 && inCol < part.cols;
      return isWithin ? [cell(inputs, index, inRow, inCol)] : [];
    });
    if (terms.length === 1) return terms[0];
    return terms.length === 0 ? constant(0, "0, because nothing was taken from here") : sum(terms);
  },
};

/** The rows of several matrices one below the other, and then `zeroRows` rows of zeros. Each n_i×d → (Σ n_i + zeroRows)×d. */
export const stackRows: Op<{ readonly zeroRows: number }> = {
  name: "stack-rows",
  shape: (inputs, { zeroRows }) => ({
    rows: inputs.reduce((count, { rows }) => count + rows, zeroRows),
    cols: inputs[0].cols,
  }),
  compute: (inputs, { zeroRows }) => belowEachOther(inputs, zeroRows),
  explainCell(inputs, _, row, col) {
    let first = 0;
    for (const [index, matrix] of inputs.entries()) {
      if (row < first + matrix.rows) return cell(inputs, index, row - first, col);
      first += matrix.rows;
    }
    return constant(0, "0, because it is an added row of zeros");
  },
  gradient(back, { inputs, gradient }) {
    let firstRow = 0;
    for (const [index, { shape }] of inputs.entries()) {
      const { rows, cols } = shape;
      const formula = `rows ${firstRow} to ${firstRow + rows - 1} of ${back.dOutput}`;
      back.give(index, slice, [gradient], { firstRow, firstCol: 0, rows, cols }, { formula });
      firstRow += rows;
    }
  },
};

/** The columns of several matrices side by side. Each n×d_i → n×Σ d_i. */
export const joinColumns: Op = {
  name: "join-columns",
  rows: "all",
  shape: (inputs) => ({
    rows: inputs[0].rows,
    cols: inputs.reduce((count, { cols }) => count + cols, 0),
  }),
  compute: (inputs) => sideBySide(inputs),
  explainCell(inputs, _, row, col) {
    let index = 0;
    let own = col;
    for (; own >= inputs[index].cols; index++) own -= inputs[index].cols;
    return cell(inputs, index, row, own);
  },
  gradient(back, { inputs, gradient }) {
    let firstCol = 0;
    for (const [index, { shape }] of inputs.entries()) {
      const { rows, cols } = shape;
      const formula = `columns ${firstCol} to ${firstCol + cols - 1} of ${back.dOutput}`;
      back.give(index, slice, [gradient], { firstRow: 0, firstCol, rows, cols }, { formula });
      firstCol += cols;
    }
  },
};

/** A matrix and behind it `zeroCols` columns of zeros. n×m → n×(m + zeroCols). */
export const padColumns: Op<{ readonly zeroCols: number }> = {
  name: "pad-columns",
  rows: [0],
  shape: ([{ rows, cols }], { zeroCols }) => ({ rows, cols: cols + zeroCols }),
  compute([matrix], { zeroCols }) {
    const cols = matrix.cols + zeroCols;
    const data = new Float64Array(matrix.rows * cols);
    for (let row = 0; row < matrix.rows; row++) data.set(rowOf(matrix, row), row * cols);
    return { rows: matrix.rows, cols, data };
  },
  explainCell: (inputs, _, row, col) =>
    col < inputs[0].cols
      ? cell(inputs, 0, row, col)
      : constant(0, "0, because it is an added column of zeros"),
  gradient(back, { inputs: [{ shape }], gradient }) {
    const { rows, cols } = shape;
    const formula = `columns 0 to ${cols - 1} of ${back.dOutput}`;
    back.give(0, slice, [gradient], { firstRow: 0, firstCol: 0, rows, cols }, { formula });
  },
};
