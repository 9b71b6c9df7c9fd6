import { type Arrays, type Rules, total, whole } from "../arrays.js";

// Products, sums and parts of matrices.

const matmul: Rules["matmul"] = (arrays, [a, b, row]) => {
  const product = arrays.matmul(a.array, b.array);
  return row ? arrays.add(product, row.array) : product;
};

const count = (length: number): readonly number[] => Array.from({ length }, (_, at) => at);

/** Rows added to those of a table of zeros that `rows` names. */
function addedTo<A>(arrays: Arrays<A>, array: A, rows: Float64Array, numRows: number): A {
  const taken = arrays.literal("rows", { rows: 1, cols: rows.length, data: rows });
  const isTaken = arrays.equal(arrays.rowNumbers(numRows), taken);
  return arrays.matmul(arrays.where(isTaken, arrays.number(1), arrays.number(0)), array);
}

export const LINEAR = {
  matmul,
  weightedSum: matmul,
  matmulTransposed(arrays, [a, b, row]) {
    const product = arrays.matmul(a.array, arrays.transpose(b.array));
    return row ? arrays.add(product, row.array) : product;
  },
  transposedMatmul: (arrays, [a, b]) => arrays.matmul(arrays.transpose(a.array), b.array),
  slice: (arrays, [a], { firstRow, firstCol, rows, cols }) =>
    rows === a.shape.rows && cols === a.shape.cols
      ? a.array
      : arrays.slice(
          a.array,
          { from: firstRow, to: firstRow + rows },
          { from: firstCol, to: firstCol + cols },
        ),
  stackRows(arrays, inputs, { zeroRows }) {
    const stacked = inputs.length === 1 ? inputs[0].array : arrays.joinRows(inputs.map(({ array }) => array));
    return zeroRows === 0 ? stacked : arrays.pad(stacked, { above: 0, below: zeroRows, left: 0, right: 0 });
  },
  rowWindows(arrays, [a], { kernel, stride }, { rows }) {
    const { cols } = a.shape;
    const parts = count(kernel).map((at) =>
      arrays.takeRows(
        a.array,
        count(rows).map((window) => at + window * stride),
      ),
    );
    // Side by side the rows of a window come first; the columns do in the weights of a convolution.
    const order = count(cols * kernel).map((col) => (col % kernel) * cols + Math.floor(col / kernel));
    return arrays.transpose(arrays.takeRows(arrays.transpose(arrays.joinColumns(parts)), order));
  },
  addWindows: (arrays, [a], { kernel, stride, rows }) =>
    count(kernel)
      .map((at) => {
        const own = arrays.slice(a.array, whole(a.shape.rows), { from: at, to: a.shape.cols, step: kernel });
        const data = Float64Array.from(count(a.shape.rows), (window) => at + window * stride);
        return addedTo(arrays, own, data, rows);
      })
      .reduce((sum, part) => arrays.add(sum, part)),
  joinColumns: (arrays, inputs) => arrays.joinColumns(inputs.map(({ array }) => array)),
  padColumns: (arrays, [a], { zeroCols }) =>
    arrays.pad(a.array, { above: 0, below: 0, left: 0, right: zeroCols }),
  placeParts: (arrays, inputs, { rows, cols, places }) =>
    inputs
      .map(({ array, shape }, index) => {
        const { firstRow, firstCol } = places[index];
        const around = {
          ...{ above: firstRow, below: rows - firstRow - shape.rows },
          ...{ left: firstCol, right: cols - firstCol - shape.cols },
        };
        return Object.values(around).every((count) => count === 0) ? array : arrays.pad(array, around);
      })
      .reduce((sum, part) => arrays.add(sum, part)),
  tiles(arrays, inputs, { perRow }) {
    const rows = Array.from({ length: inputs.length / perRow }, (_, row) =>
      arrays.joinColumns(inputs.slice(row * perRow, (row + 1) * perRow).map(({ array }) => array)),
    );
    return arrays.joinRows(rows);
  },
  lookUpRows: (arrays, [table], { rows }) => arrays.takeRows(table.array, rows),
  addToRows: (arrays, [matrix], { rows, numRows }) =>
    addedTo(arrays, matrix.array, Float64Array.from(rows), numRows),
  rowSums: (arrays, [a]) => arrays.sum(a.array, 1),
  columnSums: (arrays, [a]) => arrays.sum(a.array, 0),
  sumOfCells: (arrays, [a]) => total(arrays, a.array),
  repeatCell: (arrays, [a], _, shape) => arrays.add(a.array, arrays.zeros(shape)),
} satisfies Partial<Rules>;
