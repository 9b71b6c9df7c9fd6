import { addTo, createMatrix, type Matrix, mapCells, rowsOf, transpose } from "../../../math/matrix.js";
import { multiply } from "../../../math/product.js";
import { type Parts, placeParts } from "../../../ops/parts.js";
import { findStep, matrixOf } from "../../../trace/trace.js";
import type { RoundingModel } from "../expected-error.js";
import { squared } from "../expected-steps.js";
import { type BackwardInputs, backwardRows, PARTS, type Part } from "./backward-rows.js";
import { meanSquaresOfRows } from "./forward-errors.js";
import type { HeadErrors } from "./head-errors.js";
import type { GradientErrors } from "./propagation.js";
import { cellErrors, errorsOfRow } from "./row-errors.js";

// Estimates the part of dW's variance that comes from errors which all keys of a row share: D and R. Such an error
// reaches dW as one number times X̄_i = Σ_j P x_j, not as independent errors of the rows of dK and dV
// (docs/precision.md, "Projections"). For W^Q it is the error of dP that all queries share.

/** A head whose gradient is part of a matrix: as dQ, dK or dV, from which column on, and whether RoPE rotated it. */
interface Found {
  readonly errors: HeadErrors;
  readonly part: Part;
  readonly firstCol: number;
  readonly isRotated: boolean;
}

/**
 * Computes the variance of dW, in×out, that comes from shared errors. Returns undefined if the gradient is not one of
 * attentions. X: n×in.
 */
export function sharedProjectionErrors(
  errors: GradientErrors,
  gradient: string,
  source: Matrix,
  rounding: RoundingModel,
): Matrix | undefined {
  const found = headsIn(errors, gradient, 0, false);
  if (found.length === 0) return undefined;
  return placeParts.compute(
    found.map((one) => ofHead(one, source, rounding)),
    {
      rows: source.cols,
      cols: matrixOf(errors.forward.trace, gradient).cols,
      places: found.map(({ firstCol }) => ({ firstRow: 0, firstCol })),
    },
  );
}

/** Finds the heads whose gradients a matrix was put together from. */
function headsIn(
  errors: GradientErrors,
  key: string,
  firstCol: number,
  isRotated: boolean,
): readonly Found[] {
  for (const head of errors.heads) {
    const part = PARTS.find((one) => head.head.steps[one]?.key === key);
    if (part) return [{ errors: head, part, firstCol, isRotated }];
  }
  const step = findStep(errors.forward.trace, key);
  if (step?.op.name === "rotate-pairs") return headsIn(errors, step.inputs[0], firstCol, true);
  if (step?.op.name !== "place-parts") return [];
  const { places } = step.params as Parts;
  return step.inputs.flatMap((input, at) =>
    headsIn(errors, input, firstCol + places[at].firstCol, isRotated),
  );
}

/** Computes the part of one head: in×d. */
function ofHead({ errors, part, isRotated }: Found, source: Matrix, rounding: RoundingModel): Matrix {
  const { task, gradient } = errors.head;
  const squaresIn = isRotated ? meanSquares : squared;
  if (part === "query") return ofQueries(errors, source, squaresIn(task.key), rounding);
  const { delta, weights } = errors.core(rounding);
  if (part === "key") {
    const squares = mapCells(squaresIn(task.query), (square) => task.scale ** 2 * square);
    const timesRows = (of: Float64Array) => mapCells(squares, (square, row) => square * of[row]);
    return sumOfSquares(errors.head, source, [
      { pairs: "weights", by: timesRows(delta) },
      { pairs: "dScaled", by: timesRows(weights) },
    ]);
  }
  const { ofGradient, copies, errorTerms } = errors.facts(rounding);
  const squares = mapCells(squaresIn(gradient), (square, row, col) => {
    // An inexact dO reaches all values at once, and equal rows of it have equal errors.
    const handed = ofGradient ? copies.gradient[row] * ofGradient[row * gradient.cols + col] : 0;
    return square * (weights[row] + errorTerms.short) + handed;
  });
  return sumOfSquares(errors.head, source, [{ pairs: "kept", by: squares }]);
}

/** One n×m matrix A of a head, and an n×d matrix B. */
interface Term {
  readonly pairs: "weights" | "dScaled" | "kept";
  readonly by: Matrix;
}

/** Computes Σ (A X)∘²ᵀ B over some terms, in×d. X: m×in. */
function sumOfSquares(head: BackwardInputs, source: Matrix, terms: readonly Term[]): Matrix {
  const made = createMatrix(source.cols, terms[0].by.cols);
  for (const rows of backwardRows(head)) {
    for (const { pairs, by } of terms)
      addTo(made, multiply(transpose(squared(multiply(rows[pairs], source))), rowsOf(by, rows)));
  }
  return made;
}

/** RoPE mixes the squares of a pair, so each cell counts as twice the mean square of its row. */
const meanSquares = (matrix: Matrix): Matrix => mapCells(meanSquaresOfRows(matrix), (mean) => 2 * mean);

/** For W^Q: computes the errors of dP that all queries share, if rows of dO are alike. */
function ofQueries(errors: HeadErrors, source: Matrix, squares: Matrix, rounding: RoundingModel): Matrix {
  const { head } = errors;
  const facts = errors.facts(rounding);
  const { gradient: copies } = facts.copies;
  const { scale, key } = head.task;
  const alike = copies.filter((count) => count > 1).length;
  if (facts.errorTerms.unit === 0 && alike <= copies.length / 2) return createMatrix(source.cols, key.cols);
  const { collinearity, signs } = facts.directions.gradient();
  const sums = createMatrix(key.rows, source.cols);
  const buffers = cellErrors(key.rows);
  for (const rows of backwardRows(head)) {
    const shifted = createMatrix(rows.count, key.rows);
    for (let row = 0; row < rows.count; row++) {
      errorsOfRow(facts, rows, row, buffers);
      // The weight of a masked key is 0.
      for (let j = 0, at = row * key.rows; j < key.rows; j++, at++)
        shifted.data[at] = rows.weights.data[at] * Math.sqrt(buffers.dWeights[j]) * signs[rows.first + row];
    }
    addTo(sums, multiply(transpose(shifted), rowsOf(source, rows)));
  }
  const made = multiply(transpose(squared(sums)), squares);
  return mapCells(made, (own) => scale ** 2 * collinearity * own);
}
