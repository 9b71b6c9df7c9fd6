import { UserError } from "../../errors.js";
import type { Axis } from "../../trace/trace.js";

/** Returns the positions offset, offset + 1, … */
export function countPositions(count: number, offset = 0): Float64Array {
  return Float64Array.from({ length: count }, (_, row) => offset + row);
}

/**
 * Returns the axis of positions. Rows are labelled by their tokens, or else by their positions; positions 0, 1, 2, …
 * need no labels. Throws SHAPE_MISMATCH if the number of tokens differs.
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
