import type { Matrix } from "../../../math/matrix.js";
import {
  type BackwardInputs,
  type BackwardRows,
  type PerPart,
  slopeAt,
  timesCells,
} from "./backward-rows.js";
import { type Changes, cells } from "./mistakes/gradient-mistake.js";

// The three products of a backward pass: dQ = scale · dZ K, dK = scale · dZᵀ Q, dV = Pᵀ dO.

/** One number per query and key, the matrix that they are multiplied with, and a factor. */
export interface GradientProduct {
  readonly pairs: Matrix;
  readonly by: Matrix;
  readonly factor: number;
}

/** Returns the products of some rows, and dS for the gradient of the bias, with what a mistake changes in them. */
export function productsOf(
  rows: BackwardRows,
  { task, gradient }: BackwardInputs,
  { pairs = {}, read = {}, factors = {}, ofBias, ...changes }: Changes = {},
): PerPart<GradientProduct> & { readonly bias: Matrix } {
  const { query, key, scale } = task;
  const { dScores, dScaled, kept } = changedRows(rows, changes);
  return {
    query: { pairs: pairs.query ?? dScaled, by: read.query ?? key, factor: factors.query ?? scale },
    key: { pairs: pairs.key ?? dScaled, by: read.key ?? query, factor: factors.key ?? scale },
    value: { pairs: pairs.value ?? kept, by: read.value ?? gradient, factor: factors.value ?? 1 },
    bias: ofBias ?? dScores,
  };
}

/** Computes dS, dZ and P∘F with another P, dP, δ or f. They are 0 if the weight is 0. */
function changedRows(
  rows: BackwardRows,
  { weights, dWeights, delta, slope }: Changes,
): Pick<BackwardRows, "dScores" | "dScaled" | "kept"> {
  if (!weights && !dWeights && !delta && !slope) return rows;
  const [own, products, dots] = [weights ?? rows.weights, dWeights ?? rows.dWeights, delta ?? rows.delta];
  const dScores = cells(own, (at, row) => {
    const weight = own.data[at];
    return weight === 0 ? 0 : weight * (products.data[at] - dots[row]);
  });
  return {
    dScores,
    dScaled: cells(dScores, (at) => dScores.data[at] * (slope?.(at) ?? slopeAt(rows, at))),
    kept: weights ? timesCells(weights, rows.factors) : rows.kept,
  };
}
