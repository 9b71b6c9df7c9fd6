import { type BlockedKeys, blockedInRows, isBlocked } from "../math/blocked.js";
import { mapCells, type RowRange } from "../math/matrix.js";
import { constant, product, sum } from "../trace/expression.js";
import { cell, type Op, shapeOfFirst } from "../trace/op.js";
import { add } from "./elementwise.js";

// What is done to the cells in which a query may not attend to a key; the others stay as they are.

export interface Masking {
  readonly blocked: BlockedKeys;
  /** Why this cell is blocked, in words. */
  readonly reason: (row: number, col: number) => string;
}

/** The masking of some rows; their reasons are those of the whole. */
function maskingOfRows<Params extends Masking>(params: Params, range: RowRange): Params {
  const { blocked, reason } = params;
  return {
    ...params,
    blocked: blockedInRows(blocked, range),
    reason: (row: number, col: number) => reason(range.first + row, col),
  };
}

/** A number, usually −∞, in the place of blocked cells. */
export const mask: Op<Masking & { readonly fill: number }> = {
  name: "mask",
  rows: [0],
  shape: shapeOfFirst,
  compute: ([matrix], { blocked, fill }) =>
    mapCells(matrix, (value, row, col) => (isBlocked(blocked, row, col) ? fill : value)),
  explainCell: (inputs, { blocked, reason, fill }, row, col) =>
    isBlocked(blocked, row, col) ? constant(fill, reason(row, col)) : cell(inputs, 0, row, col),
  rowsOfParams: maskingOfRows,
  gradient(back, { params, gradient }) {
    const formula = `${back.dOutput}, 0 where a query may not attend to a key`;
    back.give(0, mask, [gradient], { ...params, fill: 0 }, { formula, isZeroWhereMasked: true });
  },
};

/** A number added to blocked cells; it is written as `text`. */
export const addToMasked: Op<Masking & { readonly amount: number; readonly text: string }> = {
  name: "add-to-masked",
  rows: [0],
  shape: shapeOfFirst,
  compute: ([matrix], { blocked, amount }) =>
    mapCells(matrix, (value, row, col) => (isBlocked(blocked, row, col) ? value + amount : value)),
  explainCell(inputs, { blocked, reason, amount, text }, row, col) {
    const score = cell(inputs, 0, row, col);
    if (!isBlocked(blocked, row, col)) return score;
    return sum([score, constant(amount, `(${text}, since ${reason(row, col)})`)]);
  },
  rowsOfParams: maskingOfRows,
  gradient(back, { gradient }) {
    back.give(0, add, [gradient], undefined, { formula: back.dOutput, isZeroWhereMasked: true });
  },
};

/** Blocked cells times 0, the others times 1. */
export const eraseMasked: Op<Masking> = {
  name: "erase-masked",
  rows: [0],
  shape: shapeOfFirst,
  compute: ([matrix], { blocked }) =>
    mapCells(matrix, (value, row, col) => (isBlocked(blocked, row, col) ? value * 0 : value)),
  explainCell(inputs, { blocked, reason }, row, col) {
    const power = cell(inputs, 0, row, col);
    if (!isBlocked(blocked, row, col)) return power;
    return product(power, constant(0, `(0, since ${reason(row, col)})`));
  },
  rowsOfParams: maskingOfRows,
};
