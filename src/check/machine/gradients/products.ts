import type { Matrix } from "../../../math/matrix.js";
import type { BackwardInputs, BackwardRows } from "./backward-rows.js";
import type { ChangedFactors, Part } from "./mistakes/gradient-mistake.js";

// The three products of a backward pass: dQ = scale · dZ K, dK = scale · dZᵀ Q, dV = Pᵀ dO.

/** One number per query and key, the matrix that they are multiplied with, and a factor. */
export interface GradientProduct {
  readonly pairs: Matrix;
  readonly by: Matrix;
  readonly factor: number;
}

/** Returns the products of some rows, with what a mistake changes in them. */
export function productsOf(
  { dScaled, kept }: BackwardRows,
  { task, gradient }: BackwardInputs,
  { ofQuery, ofKey, ofValue, read = {}, queryFactor, keyFactor }: ChangedFactors = {},
): Readonly<Record<Part, GradientProduct>> {
  const { query, key, scale } = task;
  return {
    query: { pairs: ofQuery ?? dScaled, by: read.query ?? key, factor: queryFactor ?? scale },
    key: { pairs: ofKey ?? dScaled, by: read.key ?? query, factor: keyFactor ?? scale },
    value: { pairs: ofValue ?? kept, by: read.value ?? gradient, factor: 1 },
  };
}
