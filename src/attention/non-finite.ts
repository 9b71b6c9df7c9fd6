import type { Matrix } from "../math/matrix.js";

/** How many non-finite cells a warning names. */
const NAMED = 3;

/** The warning that a matrix with NaN or infinities deserves; undefined when there are none. */
export function describeNonFinite(name: string, { data, cols }: Matrix): string | undefined {
  const found: string[] = [];
  let count = 0;
  for (let cell = 0; cell < data.length; cell++) {
    if (Number.isFinite(data[cell])) continue;
    if (count < NAMED) found.push(`${data[cell]} at [${Math.floor(cell / cols)}, ${cell % cols}]`);
    count++;
  }
  if (count === 0) return undefined;
  const more = count > NAMED ? ` and in ${count - NAMED} more cells` : "";
  return `${name} holds ${found.join(", ")}${more}; ${count === 1 ? "it propagates" : "they propagate"}`;
}
