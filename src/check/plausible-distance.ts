import type { Matrix } from "../math/matrix.js";
import type { Answer } from "./answers.js";

/** Rounding moves numbers by no more than this share of the largest of their step, and so many units of the last digit. */
const SHARE_OF_ROUNDING = 0.1;
const UNITS_OF_ROUNDING = 5;
/** Ways to round differ from each other by no more than this many times as much as one of them from unrounded numbers. */
const SPREAD_OF_ROUNDING = 4;

/** Steps of so few cells are worked by hand, where rounding may do anything: e^−9 is 0.00. None of their cells is far off. */
export const CELLS_BY_HAND = 100;

/** A solution that an answer may come from. */
interface Solution {
  /** Its numbers, unrounded, from what was given and from the person's own numbers. */
  readonly origins: readonly Matrix[];
  /** With every step rounded. */
  readonly rounded: () => Matrix;
  /** What is right: another solution must come nearer than that, or nothing speaks for it. */
  readonly right?: Matrix;
}

/**
 * Whether so large a share of these cells lies so near to the numbers of a solution that some way to round may give what
 * was written. Most solutions are far off, and a look at unrounded numbers tells; for the others one way to round is
 * looked at.
 */
export function areNear(
  answer: Answer,
  indices: readonly number[],
  { origins, rounded, share, right }: Solution & { readonly share: number },
): boolean {
  if (answer.cells.length <= CELLS_BY_HAND) return true;
  const [exact] = origins;
  const least = share * indices.length;
  if (right && countNearer(answer, indices, origins, right) < least) return false;
  const near = withinSlack(answer, indices, origins, SHARE_OF_ROUNDING * largest(exact.data));
  if (near.length < least) return false;
  const { data } = rounded();
  const moved = exact.data.map((value, index) => value - data[index]);
  return withinSlack(answer, near, origins, SPREAD_OF_ROUNDING * largest(moved)).length >= least;
}

/** How many cells are nearer to a solution than to the right one. */
function countNearer(
  { values }: Answer,
  indices: readonly number[],
  origins: readonly Matrix[],
  right: Matrix,
): number {
  let count = 0;
  for (const index of indices) {
    const distance = Math.abs(right.data[index] - values[index]);
    // What is not a matter of distance speaks neither for nor against.
    const isNearer = origins.some(({ data }) => !(Math.abs(data[index] - values[index]) >= distance));
    if (isNearer) count++;
  }
  return count;
}

function withinSlack(
  { values, tolerances }: Answer,
  indices: readonly number[],
  origins: readonly Matrix[],
  slack: number,
): readonly number[] {
  return indices.filter((index) =>
    origins.some(({ data }) => {
      const distance = Math.abs(data[index] - values[index]);
      // −∞ and what stands for it are not a matter of distance.
      if (!Number.isFinite(distance)) return true;
      return distance <= slack + 2 * UNITS_OF_ROUNDING * tolerances[index];
    }),
  );
}

/** The largest size of these numbers, infinities left aside. */
export function largest(numbers: Float64Array): number {
  let most = 0;
  for (const value of numbers) {
    const size = Math.abs(value);
    if (size > most && size < Number.POSITIVE_INFINITY) most = size;
  }
  return most;
}
