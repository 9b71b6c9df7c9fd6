import { type Arrays, type Rules, whole } from "../arrays.js";

// Products, sums and parts of matrices.

const matmul: Rules["matmul"] = (arrays, [a, b, row]) => {
  const product = arrays.matmul(a, b);
  return row ? arrays.add(product, row) : product;
};

const count = (length: number): readonly number[] => Array.from({ length }, (_, at) => at);

/** Rows added to those of a table of zeros that `rows` names. */
function addedTo<A>(arrays: Arrays<A>, array: A, data: Float64Array, numRows: number): A {
  const taken = arrays.literal("rows", { rows: 1, cols: data.length, data });
  const isTaken = arrays.equal(arrays.rowNumbers(numRows), taken);
  return arrays.matmul(arrays.where(isTaken, 1, 0), array);
}

export const LINEAR = {
  matmul,
  weightedSum: matmul,
  matmulTransposed: (arrays, [a, b, ...row], params, shapes) =>
    matmul(arrays, [a, arrays.transpose(b), ...row], params, shapes),
  transposedMatmul: (arrays, [a, b]) => arrays.matmul(arrays.transpose(a), b),
  slice: (arrays, [a], { firstRow, firstCol, rows, cols }, { inputs: [shape] }) =>
    rows === shape.rows && cols === shape.cols
      ? a
      : arrays.slice(a, { from: firstRow, to: firstRow + rows }, { from: firstCol, to: firstCol + cols }),
  stackRows(arrays, inputs, { zeroRows }) {
    const stacked = inputs.length === 1 ? inputs[0] : arrays.joinRows(inputs);
    return zeroRows === 0 ? stacked : arrays.pad(stacked, { above: 0, below: zeroRows, left: 0, right: 0 });
  },
  rowWindows({ takeRows, joinColumns, transpose }, [a], { kernel, stride }, { inputs: [{ cols }], result }) {
    const starts = count(result.rows).map((window) => window * stride);
    const parts = count(kernel).map((at) =>
      takeRows(
        a,
        starts.map((start) => at + start),
      ),
    );
    // Side by side the rows of a window come first; the columns do in the weights of a convolution.
    const order = count(cols * kernel).map((col) => (col % kernel) * cols + Math.floor(col / kernel));
    return transpose(takeRows(transpose(joinColumns(parts)), order));
  },
  addWindows: (arrays, [a], { kernel, stride, rows }, { inputs: [shape] }) =>
    count(kernel)
      .map((at) => {
        const own = arrays.slice(a, whole(shape.rows), { from: at, to: shape.cols, step: kernel });
        const data = Float64Array.from(count(shape.rows), (window) => at + window * stride);
        return addedTo(arrays, own, data, rows);
      })
      .reduce(arrays.add),
  joinColumns: (arrays, inputs) => arrays.joinColumns(inputs),
  padColumns: (arrays, [a], { zeroCols }) => arrays.pad(a, { above: 0, below: 0, left: 0, right: zeroCols }),
  placeParts: (arrays, inputs, { rows, cols, places }, { inputs: shapes }) =>
    inputs
      .map((part, index) => {
        const { firstRow, firstCol } = places[index];
        const around = {
          above: firstRow,
          below: rows - firstRow - shapes[index].rows,
          left: firstCol,
          right: cols - firstCol - shapes[index].cols,
        };
        return Object.values(around).every((count) => count === 0) ? part : arrays.pad(part, around);
      })
      .reduce(arrays.add),
  tiles(arrays, inputs, { perRow }) {
    const rows = count(inputs.length / perRow).map((row) =>
      arrays.joinColumns(inputs.slice(row * perRow, (row + 1) * perRow)),
    );
    return arrays.joinRows(rows);
  },
  lookUpRows: (arrays, [table], { rows }) => arrays.takeRows(table, rows),
  addToRows: (arrays, [matrix], { rows, numRows }) =>
    addedTo(arrays, matrix, Float64Array.from(rows), numRows),
  rowSums: ({ sum }, [a]) => sum(a, 1),
  columnSums: ({ sum }, [a]) => sum(a, 0),
  sumOfCells: ({ total }, [a]) => total(a),
  repeatCell: ({ add, zeros }, [a], _, { result }) => add(a, zeros(result)),
} satisfies Partial<Rules>;
