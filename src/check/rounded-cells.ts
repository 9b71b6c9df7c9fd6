import { once } from "../math/remember.js";
import type { Judgement } from "./judgement.js";

/** Cells that are right by rounding alone: how far each is off, and how far rounding by hand may move them. */
export interface RoundedCells {
  readonly off: readonly OffCell[];
  /** The most that rounding every step by hand, this one too, may do to the cell that is farthest off. */
  readonly bound: number;
}

export interface OffCell {
  readonly cell: readonly [row: number, col: number];
  /** What was written less the right number. */
  readonly difference: number;
}

/** What rounding has to excuse in a step that it excuses; nothing in any other. `moves` tells how far it may move each cell. */
export function measureRounding(
  { answer, verdict, off, exact }: Judgement,
  moves: () => Float64Array,
): RoundedCells | undefined {
  if (verdict !== "agrees-rounded" && verdict !== "truncated") return undefined;
  const differenceAt = (index: number) => answer.values[index] - exact.data[index];
  const farthest = off.reduce((most, index) =>
    Math.abs(differenceAt(index)) > Math.abs(differenceAt(most)) ? index : most,
  );
  const { cells, cols } = answer;
  const unit = 10 ** -(cells[farthest]?.decimals ?? 0);
  // What is cut off is up to a whole unit.
  const bound = once(() => (moves()[farthest] + unit / 2) * (verdict === "truncated" ? 2 : 1));
  return {
    off: off.map((index) => ({
      cell: [Math.floor(index / cols), index % cols] as const,
      difference: differenceAt(index),
    })),
    get bound() {
      return bound();
    },
  };
}
