import type { Matrix } from "../math/matrix.js";
import type { Answer } from "./answers.js";

/** Rounding moves numbers by no more than this share of the largest of their step, and so many units of the last digit. */
const SHARE_OF_ROUNDING = 0.1;
const UNITS_OF_ROUNDING = 5;
/** Ways to round differ from each other by no more than this many times as much as one of them from unrounded numbers. */
const SPREAD_OF_ROUNDING = 4;

/** Steps of so few cells are worked by hand, where rounding may do anything: e^−9 is 0.00. None of their cells is far off. */
const CELLS_BY_HAND = 100;

/**
 * How many of these cells lie so near to the numbers of a solution that some way to round may give what was written.
 * Most solutions are far off, and a look at unrounded numbers tells; for the others one way to round is looked at.
 */
export function countNear(
  answer: Answer,
  indices: readonly number[],
  origins: readonly Matrix[],
  rounded: () => Matrix,
): number {
  if (answer.cells.length <= CELLS_BY_HAND) return indices.length;
  const [exact] = origins;
  const near = withinSlack(answer, indices, origins, SHARE_OF_ROUNDING * largest(exact.data));
  if (near.length === 0) return 0;
  const { data } = rounded();
  const moved = exact.data.map((value, index) => value - data[index]);
  return withinSlack(answer, near, origins, SPREAD_OF_ROUNDING * largest(moved)).length;
}

function withinSlack(
  { cells }: Answer,
  indices: readonly number[],
  origins: readonly Matrix[],
  slack: number,
): readonly number[] {
  return indices.filter((index) => {
    const written = cells[index];
    if (!written) return false;
    return origins.some(({ data }) => {
      // −∞ and what stands for it are not a matter of distance.
      if (!Number.isFinite(written.value) || !Number.isFinite(data[index])) return true;
      return Math.abs(data[index] - written.value) <= slack + UNITS_OF_ROUNDING * 10 ** -written.decimals;
    });
  });
}

function largest(numbers: Float64Array): number {
  return numbers.reduce((most, value) => {
    return Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most;
  }, 0);
}
