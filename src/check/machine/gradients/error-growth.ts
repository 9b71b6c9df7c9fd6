import type { Matrix } from "../../../math/matrix.js";
import { isShort, type RoundingModel, uniformVariance } from "../expected-error.js";
import { FLOAT_TYPES } from "../float-types.js";

// The rounding error of a gradient that contains a mistake. It is estimated from the variance of the right gradient,
// scaled up if the wrong gradient is larger ("Causes" in docs/precision.md). If that is too small, `mistake-variance.ts`
// estimates it from the mistake's own weights.

/**
 * Returns `grow`, how much larger the squares of the wrong gradient are (at least 1), and `relative`, its own relative
 * rounding.
 */
export function errorGrowth(own: Matrix, want: Matrix, { compute, stored }: RoundingModel) {
  const squares = ({ data }: Matrix) => data.reduce((sum, value) => sum + value ** 2, 0);
  const short = isShort(compute) ? uniformVariance(FLOAT_TYPES[compute].unit) : 0;
  const right = squares(want);
  return {
    grow: Math.max(1, right > 0 ? squares(own) / right : 1),
    relative: 6 * short + FLOAT_TYPES[stored].unit ** 2,
  };
}
