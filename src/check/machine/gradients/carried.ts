import type { Matrix } from "../../../math/matrix.js";
import type { Working } from "../expected-error.js";

/** How far a gradient may be expected to err, and what is known of it besides. */
export interface Carried {
  readonly want: Matrix;
  /** The mean square error of each cell, with what storing it makes. */
  variance(working: Working): Float64Array;
  /** Of dQ, dK and dV: so many query and key rows err each in its own way. */
  readonly different?: Different | undefined;
  /** Of dK and dV: so many queries each row adds up. */
  readonly terms?: Float64Array | undefined;
  /** An error with its sign that is counted in the variance: where parts are added up, so are these. */
  shift?(working: Working): Float64Array;
  /** The steps that are judged by the wider rule, by what they are made with. */
  readonly wide: ReadonlySet<string>;
}

export interface Different {
  readonly part: "query" | "pair" | "bias";
  readonly queries: number;
  readonly keys: number;
}

/** Query and key rows that err each in its own way, of several parts together. */
export function different(parts: readonly Carried[], isShared: boolean): Different | undefined {
  const own = parts.map((part) => part.different);
  if (own.some((one) => one === undefined)) return undefined;
  const all = own.flatMap((one) => one ?? []);
  const [first] = all;
  if (!first || all.some(({ part }) => part !== first.part)) return undefined;
  // A bias that heads share errs in each of its rows: more heads are no more rows.
  const count = first.part === "bias" ? all.length : 1;
  const sum = (of: (one: Different) => number) => all.reduce((total, one) => total + of(one), 0) / count;
  const keys = isShared ? Math.max(...all.map((one) => one.keys)) : sum((one) => one.keys);
  return { part: first.part, queries: sum((one) => one.queries), keys };
}

/** The rows by which the whole of a gradient is limited: 1 + 3/√rows. */
export function limitRows({ part, queries, keys }: Different): number {
  return part === "query" ? queries : Math.min(queries, keys);
}
