import type { Matrix } from "../../../math/matrix.js";
import { isShort, third, type Working } from "../expected-error.js";
import { FLOAT_TYPES } from "../float-types.js";

/** Where a mistake makes gradients larger, their errors are: σ² grows with their squares, and has more of their own rounding. */
export function errorsBeside(own: Matrix, want: Matrix, { compute, stored }: Working) {
  const squares = ({ data }: Matrix) => data.reduce((sum, value) => sum + value ** 2, 0);
  const short = isShort(compute) ? third(FLOAT_TYPES[compute].unit) : 0;
  const right = squares(want);
  return {
    grow: Math.max(1, right > 0 ? squares(own) / right : 1),
    relative: 6 * short + FLOAT_TYPES[stored].unit ** 2,
  };
}
