import { createMatrix, rowOf } from "../../math/matrix.js";
import { rowMaxima } from "../../math/rows.js";
import { call, constant, named, negative, product, quotient, sum } from "../expression.js";
import type { Op } from "../op.js";
import { cellsOfRow } from "./softmax.js";

// One number that describes each row of a distribution. n×m → n×1.

/** −Σ p ln p / ln m: 0 when a row looks at one key, 1 when it looks at all alike. 0 when there is one key. */
export const relativeEntropy: Op = {
  name: "relative-entropy",
  compute: ([weights]) =>
    createMatrix(weights.rows, 1, (row) => {
      if (weights.cols === 1) return 0;
      // 0·ln 0 counts 0, the limit of p ln p.
      const entropy = rowOf(weights, row).reduce(
        (total, p) => (p === 0 ? total : total - p * Math.log(p)),
        0,
      );
      return entropy / Math.log(weights.cols);
    }),
  explainCell(inputs, _, row) {
    const { cols } = inputs[0];
    if (cols === 1) return constant(0, "0, because there is one key");
    const terms = cellsOfRow(inputs, row).filter((p) => p.value !== 0);
    return quotient(negative(sum(terms.map((p) => product(p, call("ln", p))))), call("ln", named(cols, "m")));
  },
};

/** e^H with H = −Σ p ln p: how many keys a row looks at, if it looked at all of them alike. 0 for a row of zeros. */
export const effectiveKeys: Op = {
  name: "effective-keys",
  compute: ([weights]) =>
    createMatrix(weights.rows, 1, (row) => {
      const shares = rowOf(weights, row).filter((p) => p !== 0);
      return shares.length === 0 ? 0 : Math.exp(shares.reduce((total, p) => total - p * Math.log(p), 0));
    }),
  explainCell(inputs, _, row) {
    const terms = cellsOfRow(inputs, row).filter((p) => p.value !== 0);
    if (terms.length === 0) return constant(0, "0, because no key may be attended");
    return call("exp", negative(sum(terms.map((p) => product(p, call("ln", p))))));
  },
};

/** The largest number of each row. */
export const rowMaximum: Op = {
  name: "row-maximum",
  compute: ([weights]) => {
    const maxima = rowMaxima(weights);
    return createMatrix(weights.rows, 1, (row) => maxima[row]);
  },
  explainCell: (inputs, _, row) => call("max", ...cellsOfRow(inputs, row)),
};

/** Where the largest number of each row stands, the first place if several; NaN for a row of zeros or with NaN. */
export const rowArgmax: Op = {
  name: "row-argmax",
  compute: ([weights]) => {
    const maxima = rowMaxima(weights);
    return createMatrix(weights.rows, 1, (row) =>
      maxima[row] > 0 ? rowOf(weights, row).indexOf(maxima[row]) : Number.NaN,
    );
  },
  explainCell(inputs, _, row) {
    const cells = cellsOfRow(inputs, row);
    if (cells.some((p) => p.value > 0) && !cells.some((p) => Number.isNaN(p.value))) {
      return call("argmax", ...cells);
    }
    return constant(Number.NaN, "NaN, because no key stands out");
  },
};
