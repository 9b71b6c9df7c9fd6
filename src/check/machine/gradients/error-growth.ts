import { squaresOf } from "../../../math/lists.js";
import type { Matrix } from "../../../math/matrix.js";
import type { RoundingModel } from "../expected-error.js";
import { FLOAT_TYPES } from "../float-types.js";
import { errorTermsOf } from "./error-terms.js";

// The rounding error of a gradient that contains a mistake. It is estimated from the variance of the right gradient,
// scaled up if the wrong gradient is larger ("Causes" in docs/precision.md). If that is too small, `mistake-variance.ts`
// estimates it from the mistake's own weights.

/**
 * Returns `grow`, how much larger the squares of the wrong gradient are (at least 1), and `relative`, its own relative
 * rounding.
 */
export function errorGrowth(own: Matrix, want: Matrix, rounding: RoundingModel) {
  const squares = ({ data }: Matrix) => squaresOf(data);
  const right = squares(want);
  return {
    grow: Math.max(1, right > 0 ? squares(own) / right : 1),
    relative: 6 * errorTermsOf(rounding).short + FLOAT_TYPES[rounding.stored].unit ** 2,
  };
}
