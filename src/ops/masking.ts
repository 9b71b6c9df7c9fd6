import { type BlockedKeys, blockedInRows, isBlocked } from "../math/blocked.js";
import { mapCells, type RowRange } from "../math/matrix.js";
import * as arrays from "../trace/arrays.js";
import { convention, divide, multiply, subtract } from "../trace/arrays.js";
import { constant } from "../trace/expression.js";
import { define } from "./define.js";
import { add } from "./elementwise.js";

// What is done to masked cells, in which a query may not attend to a key. Other cells stay unchanged.

export interface Masking {
  readonly blocked: BlockedKeys;
  /** Says why a cell is masked. */
  readonly reason: (row: number, col: number) => string;
}

/** Returns the masking of some rows. The reasons use the row numbers of the whole. */
function maskingOfRows<Params extends Masking>(params: Params, range: RowRange): Params {
  const { blocked, reason } = params;
  return {
    ...params,
    blocked: blockedInRows(blocked, range),
    reason: (row: number, col: number) => reason(range.first + row, col),
  };
}

const FILL = "what stands in the place of a masked score";

/** Puts a number, usually −∞, into masked cells. */
export const mask = define<Masking & { readonly fill: number }>({
  name: "mask",
  rowwise: [0],
  definition([a], { blocked, reason, fill }) {
    const filled = fill === 0 ? 0 : arrays.convention("MASKED", fill, FILL);
    return arrays.where(
      arrays.blocked(blocked),
      arrays.exactly(filled, (row, col) => constant(fill, reason(row, col))),
      a,
    );
  },
  kernel: ([matrix], { blocked, fill }) =>
    mapCells(matrix, (value, row, col) => (isBlocked(blocked, row, col) ? fill : value)),
  paramsForRows: maskingOfRows,
  gradient(back, { params, gradient, d }) {
    const formula = `${d}, 0 if a query may not attend to a key`;
    back.record(0, mask, [gradient], { formula, isZeroWhereMasked: true }, { ...params, fill: 0 });
  },
});

/** Adds a number to masked cells; it is written as `text`. */
export const addToMasked = define<Masking & { readonly amount: number; readonly text: string }>({
  name: "add-to-masked",
  rowwise: [0],
  definition([a], { blocked, reason, amount, text }) {
    const isMasked = arrays.blocked(blocked);
    const added = arrays.exactly(
      arrays.convention("MASKED", amount, "what is added to a masked score"),
      (row, col) => constant(amount, `(${text}, since ${reason(row, col)})`),
    );
    return arrays.where(isMasked, arrays.add(a, added), a);
  },
  paramsForRows: maskingOfRows,
  gradient(back, { gradient, d }) {
    back.record(0, add, [gradient], { formula: d, isZeroWhereMasked: true });
  },
});

/** Multiplies masked cells by 0. */
export const eraseMasked = define<Masking>({
  name: "erase-masked",
  rowwise: [0],
  definition: ([a], { blocked, reason }) =>
    arrays.where(
      arrays.blocked(blocked),
      arrays.multiply(
        a,
        arrays.because(0, (row, col) => `(0, since ${reason(row, col)})`),
      ),
      a,
    ),
  paramsForRows: maskingOfRows,
});

/** How weights are dropped: a cell is dropped with this probability. The mask has a 0 there. */
export interface Dropout {
  readonly probability: number;
}

/** A∘M / (1 − p), where M is 1 in the kept cells and 0 in the dropped cells. A, M: n×m → n×m. */
export const dropCells = define<Dropout>({
  name: "drop-cells",
  rowwise: "all",
  definition([a, mask], { probability }) {
    const kept = multiply(a, mask);
    if (probability === 0) return kept;
    const dropped = convention("DROPOUT_P", probability, "the probability of a weight to be dropped");
    return divide(kept, subtract(1, dropped));
  },
  gradient(back, { inputs: [weights, mask], params, gradient, d }) {
    const share = params.probability === 0 ? "" : ` / (1 − ${params.probability})`;
    back.record(0, dropCells, [gradient, mask], `${d} ∘ ${back.symbol(mask)}${share}`, params);
    back.record(1, dropCells, [gradient, weights], `${d} ∘ ${back.symbol(weights)}${share}`, params);
  },
});
