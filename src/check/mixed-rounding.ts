import type { Matrix } from "../math/matrix.js";
import { isWrittenAs, type WrittenNumber } from "../math/written.js";
import type { Answer } from "./answers.js";
import type { Reach } from "./bound.js";
import { CELLS_BY_HAND, largest } from "./plausible-distance.js";
import { truncateDecimals } from "./rounding.js";

// Numbers that no single way to round gives, although nothing else was done wrong.

/** One unit of the last digit and its rounding: as much as mixed rounding may do in a short sum without being a mistake. */
const UNITS_OF_MIXED_ROUNDING = 1.5;
const SHORT_SUM = 4;

/** What rounded numbers are compared with. */
interface Origins {
  readonly exact: Matrix;
  /** What follows from the person's own numbers: not rounded, rounded in the usual way, and in others. */
  readonly own: readonly Matrix[];
  /** How many numbers go into one cell. */
  readonly terms: number;
}

/** Whether all these cells differ by no more than rounding here and there may do. */
export function areMixedRoundings(
  { key, cols, cells, values }: Answer,
  indices: readonly number[],
  { exact, own, terms }: Origins,
  isReached: Reach,
): boolean {
  // Roundings of many terms add up as their root; in a large sheet it is seen how far they go.
  const units = UNITS_OF_MIXED_ROUNDING * Math.sqrt(Math.max(1, terms / SHORT_SUM));
  const seen = cells.length > CELLS_BY_HAND ? farthest(own[0], own[1]) : 0;
  const origins = [exact, ...own];
  const distanceAt = (index: number) =>
    origins.reduce((least, { data }) => Math.min(least, Math.abs(data[index] - values[index])), Infinity);
  const unitAt = (index: number) => 10 ** -(cells[index]?.decimals ?? 0);
  const beyond = indices.filter((index) => !(distanceAt(index) <= seen));
  return (
    beyond.every((index) => distanceAt(index) <= units * unitAt(index) + 1e-9) &&
    beyond.every((index) =>
      isReached(key, Math.floor(index / cols), index % cols, distanceAt(index) - unitAt(index) / 2 - 1e-9),
    )
  );
}

function farthest(a: Matrix, b: Matrix): number {
  return largest(a.data.map((value, index) => value - b.data[index]));
}

/** Whether a cell is one of these numbers with its last digits cut off, or rounded. */
export function isCut(written: WrittenNumber | null, origins: readonly Matrix[], index: number): boolean {
  if (!written) return true;
  return origins.some(({ data }) => {
    const cut = truncateDecimals(data[index], written.decimals);
    return isWrittenAs(data[index], written) || Math.abs(cut - written.value) <= 1e-9;
  });
}
