import { createMatrix } from "../math/matrix.js";
import { cell, type Op } from "../trace/op.js";

/** Matrices of one shape as the tiles of one, `perRow` beside each other. k·perRow inputs of n×m → (k·n)×(perRow·m). */
export const tiles: Op<{ readonly perRow: number }> = {
  name: "tiles",
  shape: ({ length, 0: { rows, cols } }, { perRow }) => ({
    rows: (length / perRow) * rows,
    cols: perRow * cols,
  }),
  compute(inputs, { perRow }) {
    const [{ rows, cols }] = inputs;
    return createMatrix((inputs.length / perRow) * rows, perRow * cols, (row, col) => {
      const tile = Math.floor(row / rows) * perRow + Math.floor(col / cols);
      return inputs[tile].data[(row % rows) * cols + (col % cols)];
    });
  },
  explainCell(inputs, { perRow }, row, col) {
    const [{ rows, cols }] = inputs;
    const tile = Math.floor(row / rows) * perRow + Math.floor(col / cols);
    return cell(inputs, tile, row % rows, col % cols);
  },
};
