import { type Matrix, partsSideBySide } from "../math/matrix.js";
import { remember } from "../math/remember.js";

/** How many non-finite cells a warning names. */
const NAMED = 3;

const NON_FINITE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** The warning that a matrix with NaN or infinities deserves; undefined when there are none. */
export function describeNonFinite(name: string, matrix: Matrix): string | undefined {
  if (partsSideBySide(matrix).every(({ data }) => remember(finite, data, () => holdsFinite(data))))
    return undefined;
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

/** Numbers from which a loop is worth the time that the engine takes to compile it: until then it is quicker to have it look three times. */
const LOOP_NUMBERS = 2 ** 14;

/** A problem is recorded anew where other settings are tried. */
const finite = new WeakMap<Float64Array, boolean>();

function holdsFinite(data: Float64Array): boolean {
  if (data.length < LOOP_NUMBERS) return !NON_FINITE.some((value) => data.includes(value));
  // x − x is 0 of every finite number and NaN of the others: a sum is quicker than as many questions.
  let sum = 0;
  for (let cell = 0; cell < data.length; cell++) sum += data[cell] - data[cell];
  return sum === 0;
}
