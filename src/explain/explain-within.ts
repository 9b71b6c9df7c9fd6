import type { FoundCell } from "./cell-reference.js";
import { type Explanation, explain } from "./why.js";

/** Nothing is folded for programs, and the arithmetic of one cell of GPT-2 down to what was given is half a gigabyte. */
const MOST_NUMBERS = 10_000;

/** An explanation, and how many steps down it goes where that is not all. */
export interface BoundedExplanation {
  readonly explanation: Explanation;
  readonly reached?: number;
}

/** Explains as many whole steps down as come to at most so many numbers; says how many where that is not all. */
export function explainWithin({ trace, cell }: FoundCell, most = MOST_NUMBERS): BoundedExplanation {
  let last: { explanation: Explanation; count: number } | undefined;
  for (let depth = 1; ; depth++) {
    let count = 0;
    const explanation = explain(trace, cell, depth, (cells) => {
      count += cells.length;
      return count <= most || depth === 1 ? cells : [];
    });
    if (count === last?.count) return { explanation };
    if (last && count > most) return { explanation: last.explanation, reached: depth - 1 };
    last = { explanation, count };
  }
}
