import type { Matrix } from "../../src/math/matrix.js";
import type { Bug, KernelProblem } from "./machines.js";

// How the bugs of kernel-bugs.ts are written down.

/** What a bug needs of a problem to show. */
export type Need =
  | "causal"
  | "causal-square"
  | "causal-shorter"
  | "window"
  | "padding"
  | "softcap"
  | "bias"
  | "groups"
  | "heads"
  | "tiles"
  | "rest"
  | "saturated"
  | "large"
  | "rope"
  | "alibi"
  | "square"
  | "short"
  | "fine"
  | "double"
  | "same-width"
  | "other-width"
  | "random-mask"
  | "scale"
  | "top-left"
  | "empty"
  | "many"
  | "bug";

/** A bug with the id that it should be given, and the kernel in which it is made. */
export interface NamedBug {
  readonly id: string;
  readonly bug: Bug;
  readonly needs: readonly Need[];
  /** The log-sum-exp alone is wrong. */
  readonly isOfLogSumExp?: true;
}

/** A bug under the id that it should be given. */
export const one = (id: string, bug: Omit<Bug, "name">, ...needs: readonly Need[]): NamedBug => ({
  id,
  bug: { name: id, ...bug },
  needs,
});

/** Another mask. */
export const withMask = (
  allows: (row: number, key: number, own: KernelProblem["allows"], given: KernelProblem) => boolean,
) => ({
  problem: (given: KernelProblem): KernelProblem => ({
    ...given,
    allows: (row, key) => allows(row, key, given.allows, given),
  }),
});

/** Another scale. */
export const withScale = (scale: (given: KernelProblem) => number) => ({
  problem: (given: KernelProblem): KernelProblem => ({ ...given, scale: scale(given) }),
});

/** The key at which query 0 stands when the last ones stand together. */
export const offsetOf = ({ query: [query], key: [key] }: KernelProblem) => key.rows - query.rows;

/** Every number of some matrices changed. */
export const mapped = (matrices: readonly Matrix[], change: (value: number) => number) =>
  matrices.map((matrix) => ({ ...matrix, data: matrix.data.map(change) }));

/** Each query head with a kv head of its own. */
export function expandKv(
  given: KernelProblem,
  kvHead: (head: number, groups: number, own: number) => number,
): KernelProblem {
  const groups = given.key.length;
  const own = (head: number) => Math.floor((head * groups) / given.query.length);
  const heads = given.query.map((_, head) => kvHead(head, groups, own(head)));
  return { ...given, key: heads.map((h) => given.key[h]), value: heads.map((h) => given.value[h]) };
}

/** The weights of a row of scores. */
export function softmax(scores: Float64Array): Float64Array {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
