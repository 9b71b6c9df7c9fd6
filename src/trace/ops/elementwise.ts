import { type BooleanMatrix, cellOf, isTrue, mapCells } from "../../math/matrix.js";
import { call, constant, product, quotient, sum } from "../expression.js";
import { cell, type Op } from "../op.js";

export interface Scale {
  readonly factor: number;
  /** How the factor is written: "1/√4". */
  readonly text: string;
  /** When the factor is 1/√root, as people write it: s / √root. */
  readonly root?: number;
}

/** Every cell times one number. */
export const scale: Op<Scale> = {
  name: "scale",
  compute: ([matrix], { factor }) => mapCells(matrix, (value) => value * factor),
  explainCell(inputs, { factor, text, root }, row, col) {
    const score = cell(inputs, 0, row, col);
    return root === undefined
      ? product(score, constant(factor, text))
      : quotient(score, call("sqrt", constant(root)));
  },
};

/** C·tanh(s / C): scores squeezed into (−C, C). */
export const softcap: Op<{ readonly cap: number }> = {
  name: "softcap",
  compute: ([matrix], { cap }) => mapCells(matrix, (value) => cap * Math.tanh(value / cap)),
  explainCell: (inputs, { cap }, row, col) =>
    product(constant(cap), call("tanh", quotient(cell(inputs, 0, row, col), constant(cap)))),
};

/** A + B; a B of one row is added to every row. A: n×m, B: n×m or 1×m → n×m. */
export const add: Op = {
  name: "add",
  compute: ([a, b]) => mapCells(a, (value, row, col) => value + cellOf(b, b.rows === 1 ? 0 : row, col)),
  explainCell: (inputs, _, row, col) =>
    sum([cell(inputs, 0, row, col), cell(inputs, 1, inputs[1].rows === 1 ? 0 : row, col)]),
};

export interface Masking {
  /** 1 = may not attend. */
  readonly blocked: BooleanMatrix;
  /** Why this cell is blocked, in words. */
  readonly reason: (row: number, col: number) => string;
}

/** −∞ in blocked cells, so that e^s is 0 there; the other cells as they are. */
export const mask: Op<Masking> = {
  name: "mask",
  compute: ([matrix], { blocked }) =>
    mapCells(matrix, (value, row, col) => (isTrue(blocked, row, col) ? Number.NEGATIVE_INFINITY : value)),
  explainCell: (inputs, { blocked, reason }, row, col) =>
    isTrue(blocked, row, col)
      ? constant(Number.NEGATIVE_INFINITY, reason(row, col))
      : cell(inputs, 0, row, col),
};
