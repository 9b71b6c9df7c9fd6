import { once } from "../math/remember.js";
import { cellAt, indicesOf, type Judgement } from "./judgement.js";

/**
 * Cells that are only right because of rounding, with their differences and the largest difference that rounding by
 * hand allows.
 */
export interface RoundedCells {
  readonly off: readonly OffCell[];
  /** The largest change of the farthest cell if every step is rounded by hand, including this one. */
  readonly bound: number;
}

export interface OffCell {
  readonly cell: readonly [row: number, col: number];
  /** The written number minus the right number. */
  readonly difference: number;
}

/**
 * Measures what rounding excuses in a step. Returns undefined for a step that needs no excuse. `moves` returns how far
 * rounding may move each cell.
 */
export function measureRounding(
  { answer, verdict, marks, exact }: Judgement,
  moves: () => Float64Array,
): RoundedCells | undefined {
  if (verdict !== "agrees-rounded" && verdict !== "truncated") return undefined;
  const off = indicesOf(marks, "near");
  const differenceAt = (index: number) => answer.values[index] - exact.data[index];
  const farthest = off.reduce((most, index) =>
    Math.abs(differenceAt(index)) > Math.abs(differenceAt(most)) ? index : most,
  );
  const { cells } = answer;
  const unit = 10 ** -(cells[farthest]?.decimals ?? 0);
  // Cutting off digits changes a number by up to a whole unit.
  const bound = once(() => (moves()[farthest] + unit / 2) * (verdict === "truncated" ? 2 : 1));
  return {
    off: off.map((index) => ({
      cell: cellAt(answer, index),
      difference: differenceAt(index),
    })),
    get bound() {
      return bound();
    },
  };
}
