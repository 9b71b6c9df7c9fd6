import { createMatrix } from "../math/matrix.js";
import { define } from "./define.js";

// What a loss's gradient by weights becomes on its way back through the softmax of each row.

/** Σ_j a_ij b_ij of each row. A, B: n×m → n×1. */
export const rowDots = define({
  name: "row-dots",
  rows: "all",
  of: ({ sum, multiply }, [a, b]) => sum(multiply(a, b), 1),
});

/**
 * α ∘ (dα − δ), the gradient by the scores whose softmax is α; 0 in rows that nothing was shared out in, where the sum of
 * exponentials is 0. α, dα: n×m, δ = Σ_j α_ij dα_ij: n×1, sums: n×1 → n×m.
 */
export const softmaxGradient = define({
  name: "softmax-gradient",
  rows: "all",
  of: ({ where, equal, because, multiply, subtract }, [weights, gradient, dots, sums]) =>
    where(equal(sums, 0), because(0, EMPTY), multiply(weights, subtract(gradient, dots))),
  kernel([weights, gradient, dots, sums]) {
    const { rows, cols } = weights;
    const result = createMatrix(rows, cols);
    for (let row = 0; row < rows; row++) {
      if (sums.data[row] === 0) continue;
      const dot = dots.data[row];
      for (let at = row * cols; at < (row + 1) * cols; at++) {
        // A weight of 0 gives 0 and not −0.
        result.data[at] = weights.data[at] * (gradient.data[at] - dot) + 0;
      }
    }
    return result;
  },
});

/**
 * (dY − δ) / Σ, the gradient by numbers that were divided by the sum of their row; 0 where that sum is 0.
 * dY: n×m, δ = Σ_j y_ij dy_ij: n×1, sums: n×1 → n×m.
 */
export const normalizationGradient = define({
  name: "normalization-gradient",
  rows: "all",
  of: ({ where, equal, because, divide, subtract, orOne }, [gradient, dots, sums]) =>
    where(equal(sums, 0), because(0, EMPTY), divide(subtract(gradient, dots), orOne(sums))),
});

const EMPTY = "0, because no key may be attended";
