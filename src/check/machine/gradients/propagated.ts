import type { Matrix } from "../../../math/matrix.js";
import type { RoundingModel } from "../expected-error.js";
import { type ErrorTerms, errorTermsOf } from "./error-terms.js";

// The estimated rounding error of one gradient of a recording, with what the next step of the backward pass needs in
// order to carry it on.

/** The estimated error of a gradient, and what a later step needs to know about it. */
export interface Propagated {
  readonly want: Matrix;
  /** Computes the mean square error of each cell, storing included. */
  variance(rounding: RoundingModel): Float64Array;
  /** For gradients of an attention: the number of query and key rows with independent errors. */
  readonly distinctRows?: DistinctRows | undefined;
  /** For dK and dV: how many queries each row is a sum over. */
  readonly terms?: Float64Array | undefined;
  /**
   * Computes an error whose sign is known. The variance contains it already. If parts are added up, these errors are
   * added with their signs.
   */
  shift?(rounding: RoundingModel): Float64Array;
  /** The steps that were judged by the wider rule on the way to this gradient. */
  readonly wide: ReadonlySet<string>;
}

/** How many query and key rows of a gradient have independent errors, and what the gradient has its rows for. */
export interface DistinctRows {
  readonly of: "queries" | "keys" | "pairs";
  readonly queries: number;
  readonly keys: number;
}

/** Returns the estimate for a gradient whose cells have these mean square errors before it is stored. */
export const stored = (
  want: Matrix,
  errors: (rounding: RoundingModel, errorTerms: ErrorTerms) => Float64Array,
  wide: ReadonlySet<string> = new Set(),
): Propagated => ({
  want,
  wide,
  variance(rounding) {
    const errorTerms = errorTermsOf(rounding);
    const { stored: ofStoring, storedFloor } = errorTerms;
    return errors(rounding, errorTerms).map((own, at) => own + ofStoring * want.data[at] ** 2 + storedFloor);
  },
});

/** Adds u_a² n_j/9 · x²: what the accumulator loses in sums of `terms` terms. */
export function addSums(
  variance: Float64Array,
  { data, cols }: Matrix,
  terms: Float64Array,
  { sums }: ErrorTerms,
): Float64Array {
  return variance.map((own, at) => own + ((sums ** 2 * terms[Math.floor(at / cols)]) / 9) * data[at] ** 2);
}
