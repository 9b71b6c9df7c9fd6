import { type BooleanMatrix, isTrue, mapCells } from "../math/matrix.js";
import { constant, product, sum } from "../trace/expression.js";
import { cell, type Op } from "../trace/op.js";

// What is done to the cells in which a query may not attend to a key; the others stay as they are.

export interface Masking {
  /** 1 = may not attend. */
  readonly blocked: BooleanMatrix;
  /** Why this cell is blocked, in words. */
  readonly reason: (row: number, col: number) => string;
}

/** A number, usually −∞, in the place of blocked cells. */
export const mask: Op<Masking & { readonly fill: number }> = {
  name: "mask",
  compute: ([matrix], { blocked, fill }) =>
    mapCells(matrix, (value, row, col) => (isTrue(blocked, row, col) ? fill : value)),
  explainCell: (inputs, { blocked, reason, fill }, row, col) =>
    isTrue(blocked, row, col) ? constant(fill, reason(row, col)) : cell(inputs, 0, row, col),
};

/** A number added to blocked cells; it is written as `text`. */
export const addToMasked: Op<Masking & { readonly amount: number; readonly text: string }> = {
  name: "add-to-masked",
  compute: ([matrix], { blocked, amount }) =>
    mapCells(matrix, (value, row, col) => (isTrue(blocked, row, col) ? value + amount : value)),
  explainCell(inputs, { blocked, reason, amount, text }, row, col) {
    const score = cell(inputs, 0, row, col);
    if (!isTrue(blocked, row, col)) return score;
    return sum([score, constant(amount, `(${text}, since ${reason(row, col)})`)]);
  },
};

/** Blocked cells times 0, the others times 1. */
export const eraseMasked: Op<Masking> = {
  name: "erase-masked",
  compute: ([matrix], { blocked }) =>
    mapCells(matrix, (value, row, col) => (isTrue(blocked, row, col) ? value * 0 : value)),
  explainCell(inputs, { blocked, reason }, row, col) {
    const power = cell(inputs, 0, row, col);
    if (!isTrue(blocked, row, col)) return power;
    return product(power, constant(0, `(0, since ${reason(row, col)})`));
  },
};
