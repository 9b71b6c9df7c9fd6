import { squaresOf } from "../../../math/lists.js";
import type { Matrix } from "../../../math/matrix.js";
import type { RoundingModel } from "../expected-error.js";
import { FLOAT_TYPES } from "../float-types.js";
import { errorTermsOf } from "./error-terms.js";

// The rounding error of a gradient that contains a mistake. It is estimated from the variance of the right gradient,
// scaled up if the wrong gradient is larger ("Causes" in docs/precision.md).

/** Returns the mean square errors of a replayed gradient `own`, from those of the right one. */
export function varianceOfReplay(
  own: Matrix,
  want: Matrix,
  variance: Float64Array,
  rounding: RoundingModel,
): Float64Array {
  const right = squaresOf(want.data);
  const grow = Math.max(1, right > 0 ? squaresOf(own.data) / right : 1);
  const relative = 6 * errorTermsOf(rounding).short + FLOAT_TYPES[rounding.stored].unit ** 2;
  return variance.map((error, at) => error * grow + relative * own.data[at] ** 2);
}
