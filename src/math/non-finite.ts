import { largestOf } from "./largest.js";
import { type Matrix, partsSideBySide } from "./matrix.js";

/** The maximum number of non-finite cells that a warning names. */
const NAMED = 3;

const NON_FINITE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** Returns a warning about NaN or infinities in a matrix; undefined if there are none. */
export function describeNonFinite(name: string, matrix: Matrix): string | undefined {
  if (partsSideBySide(matrix).every(({ data }) => holdsFinite(data))) return undefined;
  const { data, cols } = matrix;
  const found: string[] = [];
  let count = 0;
  for (let cell = 0; cell < data.length; cell++) {
    if (Number.isFinite(data[cell])) continue;
    if (count < NAMED) found.push(`${data[cell]} at [${Math.floor(cell / cols)}, ${cell % cols}]`);
    count++;
  }
  const more = count > NAMED ? ` and in ${count - NAMED} more cells` : "";
  return `${name} holds ${found.join(", ")}${more}; ${count === 1 ? "it propagates" : "they propagate"}`;
}

/**
 * From this count of numbers on, a loop is worth its compilation time. Below it, three calls of `includes` are faster.
 */
const LOOP_NUMBERS = 2 ** 14;

const holdsFinite = (data: Float64Array) =>
  data.length < LOOP_NUMBERS
    ? !NON_FINITE.some((value) => data.includes(value))
    : Number.isFinite(largestOf(data));
