import type { Matrix } from "../../src/math/matrix.js";
import type { Bug, KernelProblem } from "./machines.js";

// The means to write down the bugs of kernel-bugs.ts.

/** What a bug needs in a problem so that it shows. */
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

/** A bug with the id that qkv should give it, and the kernel it is made in. */
export interface NamedBug {
  readonly id: string;
  readonly bug: Bug;
  readonly needs: readonly Need[];
  /** Whether only the log-sum-exp is wrong. */
  readonly isOfLogSumExp?: true;
}

/** Makes a bug with the id that qkv should give it. */
export const one = (id: string, bug: Omit<Bug, "name">, ...needs: readonly Need[]): NamedBug => ({
  id,
  bug: { name: id, ...bug },
  needs,
});

/** Makes a bug with another mask. */
export const withMask = (
  allows: (row: number, key: number, own: KernelProblem["allows"], given: KernelProblem) => boolean,
) => ({
  problem: (given: KernelProblem): KernelProblem => ({
    ...given,
    allows: (row, key) => allows(row, key, given.allows, given),
  }),
});

/** Makes a bug with another scale. */
export const withScale = (scale: (given: KernelProblem) => number) => ({
  problem: (given: KernelProblem): KernelProblem => ({ ...given, scale: scale(given) }),
});

/** The key position of query 0, if the last query is at the last key. */
export const offsetOf = ({ query: [query], key: [key] }: KernelProblem) => key.rows - query.rows;

/** Changes every number of some matrices. */
export const mapped = (matrices: readonly Matrix[], change: (value: number) => number) =>
  matrices.map((matrix) => ({ ...matrix, data: matrix.data.map(change) }));

/** Gives each query head its own kv head. */
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
