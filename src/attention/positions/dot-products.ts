import { cellOf, type Matrix } from "../../math/matrix.js";
import { matmulTransposed } from "../../ops/product.js";
import type { Recorder, Ref } from "../recorder.js";
import { shortNumber } from "./shift.js";

/** The maximum number of rows for which equal distances are compared. */
const MAX_COMPARED = 2000;

/**
 * Records `dot-products` (PE·PEᵀ, n×n) and `dot-by-distance` (n×1, with the first position). If the positions are
 * equally spaced, states by how much products of equal distance differ.
 */
export function recordDotProducts(recorder: Recorder, encoding: Ref, positions: Float64Array): void {
  const first = recorder.cut("first-encoding", encoding, "rows", 0, 1, {
    rows: { name: "position", labels: [String(positions[0])] },
  });
  const distances = Array.from(positions, (position) => String(position - positions[0]));
  recorder.record("dot-by-distance", matmulTransposed, [encoding, first], undefined, {
    rows: { name: "distance", labels: distances },
  });
  const products = recorder.record("dot-products", matmulTransposed, [encoding, encoding]);
  if (positions.length > MAX_COMPARED || !areEquallySpaced(positions)) return;
  const spread = spreadAlongDiagonals(recorder.numbers.of(products));
  recorder.finding(
    "dotProducts",
    { spread },
    `PE(i)·PE(j) ${dependence(spread / encoding.shape.cols)} on the distance only: along a diagonal it varies by at most ${shortNumber(spread)}.`,
  );
}

/**
 * Returns the verb for the finding. In a table that was rounded, or whose last sine has no cosine, the products depend
 * on the distance only approximately.
 */
function dependence(spread: number): string {
  if (spread <= 1e-9) return "depends";
  return spread <= 1e-3 ? "nearly depends" : "does not depend";
}

function areEquallySpaced(positions: Float64Array): boolean {
  return positions.every(
    (position, row) => row < 2 || position - positions[row - 1] === positions[1] - positions[0],
  );
}

/** Returns the largest difference between cells with the same j − i. */
function spreadAlongDiagonals(matrix: Matrix): number {
  let spread = 0;
  for (let distance = 0; distance < matrix.rows; distance++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let row = 0; row + distance < matrix.rows; row++) {
      const value = cellOf(matrix, row, row + distance);
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    spread = Math.max(spread, high - low);
  }
  return spread;
}
