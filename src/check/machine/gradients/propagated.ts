import { sumOver } from "../../../math/lists.js";
import type { Matrix } from "../../../math/matrix.js";
import type { RoundingModel } from "../expected-error.js";

// The estimated rounding error of one gradient of a recording, with what the next step of the backward pass needs in
// order to carry it on. Here: how many rows of a gradient have independent errors, which gives r in the limit 1 + 3/√r
// ("A gradient is right when …" in docs/precision.md).

/** The estimated error of a gradient, and what a later step needs to know about it. */
export interface Propagated {
  readonly want: Matrix;
  /** Computes the mean square error of each cell, storing included. */
  variance(rounding: RoundingModel): Float64Array;
  /** For gradients of an attention: the number of query and key rows with independent errors. */
  readonly distinctRows?: DistinctRows | undefined;
  /** For dK and dV: how many queries each row is a sum over. */
  readonly terms?: Float64Array | undefined;
  /**
   * Computes an error whose sign is known. The variance contains it already. If parts are added up, these errors are
   * added with their signs.
   */
  shift?(rounding: RoundingModel): Float64Array;
  /** The steps that were judged by the wider rule on the way to this gradient. */
  readonly wide: ReadonlySet<string>;
}

export interface DistinctRows {
  readonly part: "query" | "pair" | "bias";
  readonly queries: number;
  readonly keys: number;
}

/**
 * Counts the query and key rows with independent errors, over several parts. Returns undefined if that of one is not
 * known, or if the parts are of different kinds.
 */
export function combineDistinctRows(
  parts: readonly Propagated[],
  isShared: boolean,
): DistinctRows | undefined {
  const own = parts.map((part) => part.distinctRows);
  if (own.some((one) => one === undefined)) return undefined;
  const all = own.flatMap((one) => one ?? []);
  const [first] = all;
  if (!first || all.some(({ part }) => part !== first.part)) return undefined;
  // Heads that share a bias add up in the same rows: more heads do not make more rows.
  const count = first.part === "bias" ? all.length : 1;
  const sum = (of: (one: DistinctRows) => number) => sumOver(all, of) / count;
  const keys = isShared ? Math.max(...all.map((one) => one.keys)) : sum((one) => one.keys);
  return { part: first.part, queries: sum((one) => one.queries), keys };
}

/** Returns r, the number of rows in the limit 1 + 3/√r for the whole gradient. */
export function limitRows({ part, queries, keys }: DistinctRows): number {
  return part === "query" ? queries : Math.min(queries, keys);
}
