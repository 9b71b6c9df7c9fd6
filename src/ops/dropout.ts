import { cellOf, createMatrix } from "../math/matrix.js";
import { constant, negative, product, quotient, sum } from "../trace/expression.js";
import { cell, type Op, shapeOfFirst } from "../trace/op.js";

/** How weights are dropped: with the probability p, where the mask has a 0. */
export interface Dropout {
  readonly probability: number;
}

/** A∘M / (1 − p), where M is 1 in the cells that dropout keeps and 0 in the others. A, M: n×m → n×m. */
export const dropCells: Op<Dropout> = {
  name: "drop-cells",
  rows: "all",
  shape: shapeOfFirst,
  compute: ([weights, mask], { probability }) =>
    createMatrix(
      weights.rows,
      weights.cols,
      (row, col) => (cellOf(weights, row, col) * cellOf(mask, row, col)) / (1 - probability),
    ),
  explainCell(inputs, { probability }, row, col) {
    const kept = product(cell(inputs, 0, row, col), cell(inputs, 1, row, col));
    return probability === 0 ? kept : quotient(kept, sum([constant(1), negative(constant(probability))]));
  },
  gradient(back, { inputs: [weights, mask], params, gradient }) {
    const share = params.probability === 0 ? "" : ` / (1 − ${params.probability})`;
    const d = back.dOutput;
    back.give(0, dropCells, [gradient, mask], params, { formula: `${d} ∘ ${back.symbol(mask)}${share}` });
    back.give(1, dropCells, [gradient, weights], params, {
      formula: `${d} ∘ ${back.symbol(weights)}${share}`,
    });
  },
};
