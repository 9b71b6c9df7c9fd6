import type { Sheet } from "./answers.js";
import { createBounds } from "./bound.js";
import type { Judgement } from "./judge-step.js";
import { CELLS_BY_HAND } from "./plausible-distance.js";
import type { RoundedSolutions } from "./rounding-schedules.js";

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

/** How many ways to round are looked at in a step that nobody works by hand. */
const WAYS_OF_LARGE_STEP = 2;

/** What rounding has to excuse in a step that it excuses; nothing in any other. */
export function measureRounding(
  { answer, verdict, off, exact }: Judgement,
  sheet: Sheet,
  { worked, own, cut }: RoundedSolutions,
): RoundedCells | undefined {
  if (verdict !== "agrees-rounded" && verdict !== "truncated") return undefined;
  const differenceAt = (index: number) => answer.values[index] - exact.data[index];
  const farthest = off.reduce((most, index) =>
    Math.abs(differenceAt(index)) > Math.abs(differenceAt(most)) ? index : most,
  );
  const { key, cells, cols } = answer;
  const place = (index: number) => [Math.floor(index / cols), index % cols] as const;
  const ways = cells.length > CELLS_BY_HAND ? WAYS_OF_LARGE_STEP : worked.length;
  const rounded = [
    ...worked.slice(0, ways),
    ...own.slice(0, ways),
    ...(verdict === "truncated" ? [cut] : []),
  ];
  const moved = rounded.map((numbers) =>
    Math.abs((numbers.used(key)?.data[farthest] ?? Number.NaN) - exact.data[farthest]),
  );
  const byHand = createBounds(worked[0], sheet).of(key, ...place(farthest));
  const unit = 10 ** -(cells[farthest]?.decimals ?? 0);
  return {
    off: off.map((index) => ({ cell: place(index), difference: differenceAt(index) })),
    bound: Math.max(byHand, ...moved.filter(Number.isFinite)) + (verdict === "truncated" ? unit : unit / 2),
  };
}
