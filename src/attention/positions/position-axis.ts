import { UserError } from "../../errors.js";
import type { Axis } from "../../trace/trace.js";

/** offset, offset + 1, … */
export function countPositions(count: number, offset = 0): Float64Array {
  return Float64Array.from({ length: count }, (_, row) => offset + row);
}

/**
 * Rows are called by their tokens, else by their positions, which are 0, 1, 2, … when nothing else is said.
 * Throws SHAPE_MISMATCH when there is not one token a position.
 */
export function positionAxis(positions: Float64Array, tokens: readonly string[] | undefined): Axis {
  if (tokens) {
    if (tokens.length === positions.length) return { name: "position", labels: tokens };
    throw new UserError(
      "SHAPE_MISMATCH",
      `tokens has ${tokens.length} names, but there are ${positions.length} positions.`,
      "Give one name for each position.",
    );
  }
  const isCounted = positions.every((position, row) => position === row);
  return isCounted ? { name: "position" } : { name: "position", labels: Array.from(positions, String) };
}
