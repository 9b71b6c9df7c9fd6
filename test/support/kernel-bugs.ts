import type { Matrix } from "../../src/math/matrix.js";
import { type Bug, type KernelProblem, rightScore } from "./machines.js";

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
  | "saturated";

/** A bug with the id that it should be given, and the kernel in which it is made. */
export interface NamedBug {
  readonly id: string;
  readonly bug: Bug;
  readonly needs: readonly Need[];
  /** The log-sum-exp alone is wrong. */
  readonly isOfLogSumExp?: true;
}

const one = (id: string, bug: Omit<Bug, "name">, ...needs: readonly Need[]): NamedBug => ({
  id,
  bug: { name: id, ...bug },
  needs,
});

const withMask = (
  allows: (row: number, key: number, own: KernelProblem["allows"], given: KernelProblem) => boolean,
) => ({
  problem: (given: KernelProblem): KernelProblem => ({
    ...given,
    allows: (row, key) => allows(row, key, given.allows, given),
  }),
});

const withScale = (scale: (given: KernelProblem) => number) => ({
  problem: (given: KernelProblem): KernelProblem => ({ ...given, scale: scale(given) }),
});

const offsetOf = ({ query: [query], key: [key] }: KernelProblem) => key.rows - query.rows;

const mapped = (matrices: readonly Matrix[], change: (value: number) => number) =>
  matrices.map((matrix) => ({ ...matrix, data: matrix.data.map(change) }));

const withoutTile = (which: (tiles: readonly (readonly [number, number])[], row: number) => number) => ({
  tiles: (tiles: readonly (readonly [number, number])[], row: number) => {
    const out = which(tiles, row);
    return tiles.filter((_, index) => index !== out);
  },
});

/** Bugs of kernels, made where they are made in code. */
export const KERNEL_BUGS: readonly NamedBug[] = [
  one(
    "mask-missing",
    withMask(() => true),
    "causal",
  ),
  one(
    "mask-off-by-one",
    withMask((i, j, own, given) => own(i, j) || j === i + offsetOf(given) + 1),
    "causal",
  ),
  one(
    "mask-excludes-self",
    withMask((i, j, own, given) => own(i, j) && j !== i + offsetOf(given)),
    "causal",
  ),
  one(
    "causal-top-left",
    withMask((i, j) => j <= i),
    "causal-shorter",
  ),
  one(
    "mask-inverted",
    withMask((i, j, own) => !own(i, j)),
    "causal",
  ),
  one(
    "mask-transposed",
    withMask((i, j, own) => own(j, i)),
    "causal-square",
  ),
  one(
    "mask-zero-fill",
    {
      score: (dot, at) => (Math.max(rightScore(dot, at), -Infinity) === -Infinity ? 0 : rightScore(dot, at)),
    },
    "causal",
  ),
  one(
    "window-wider",
    {
      problem: (given) => ({
        ...given,
        allows: (i, j) => given.allows(i, j) || (given.allows(i - 1, j) && j <= i),
      }),
    },
    "window",
  ),
  one(
    "window-narrower",
    { problem: (given) => ({ ...given, allows: (i, j) => given.allows(i, j) && given.allows(i + 1, j) }) },
    "window",
  ),
  one(
    "key-length-ignored",
    withMask(() => true),
    "padding",
  ),
  one(
    "scale-missing",
    withScale(() => 1),
  ),
  one(
    "scale-twice",
    withScale(({ scale }) => scale * scale),
  ),
  one(
    "scale-by-dk",
    withScale(({ query: [query] }) => 1 / query.cols),
  ),
  one(
    "scale-by-sqrt-dmodel",
    withScale(({ query }) => 1 / Math.sqrt(query.length * query[0].cols)),
    "heads",
  ),
  one("scale-on-value", {
    problem: (given) => ({ ...given, value: mapped(given.value, (v) => v * given.scale) }),
  }),
  one("softmax-base-2", { exponential: (x) => 2 ** x }),
  one("softmax-base-2", { score: (dot, at) => rightScore(dot, at) * Math.LOG2E }),
  one("divided-by-count", { sum: (_, count) => count }),
  one("softmax-not-normalised", { sum: () => 1 }),
  one("sum-not-rescaled", { rescaleSum: () => 1 }, "tiles"),
  one("accumulator-not-rescaled", { rescaleOutput: () => 1 }, "tiles"),
  one(
    "keys-dropped",
    withoutTile((tiles) => tiles.length - 1),
    "tiles",
    "rest",
  ),
  one(
    "keys-dropped",
    withoutTile(() => 1),
    "tiles",
  ),
  one("keys-dropped", { problem: (given) => ({ ...given, allows: (i, j) => j > 0 && given.allows(i, j) }) }),
  one("keys-doubled", { tiles: (tiles) => [...tiles, tiles[0]] }, "tiles"),
  one("padding-attended", { sum: (sum) => sum }, "rest"),
  one(
    "value-tiles-swapped",
    { valueRow: (j, m) => (j < 16 ? j + 16 : j < 32 && m >= 32 ? j - 16 : j) },
    "tiles",
  ),
  one("rows-scaled", { output: (value) => value * 1.25 }),
  one("rows-missing", {
    output: (value, { row, numRows }) => (row >= numRows - Math.max(1, numRows % 16) ? 0 : value),
  }),
  one(
    "heads-swapped",
    {
      problem: (given) => ({
        ...given,
        query: [...given.query].reverse(),
        key: [...given.key].reverse(),
        value: [...given.value].reverse(),
      }),
    },
    "heads",
  ),
  one("kv-heads-tiled", { problem: (given) => expandKv(given, (head, groups) => head % groups) }, "groups"),
  one(
    "kv-head-shifted",
    { problem: (given) => expandKv(given, (_head, groups, own) => (own + 1) % groups) },
    "groups",
  ),
  one("value-by-query", { valueRow: (_, m, row) => Math.min(row, m - 1) }),
  one(
    "bias-before-scale",
    { score: (dot, at) => biased(dot, at, (product, b, scale) => (product + b) * scale) },
    "bias",
  ),
  one(
    "bias-negated",
    { problem: (given) => ({ ...given, bias: mapped(given.bias ?? [], (b) => -b) }) },
    "bias",
  ),
  one("bias-missing", { problem: ({ bias: _, ...given }) => given }, "bias"),
  one("softcap-missing", { problem: ({ softcap: _, ...given }) => given }, "softcap"),
  one(
    "softcap-after-mask",
    {
      score: (dot, at) =>
        rightScore(dot, at) === -Infinity ? -(at.problem.softcap ?? 0) : rightScore(dot, at),
    },
    "softcap",
    "causal",
  ),
  one("inputs-rounded", {
    problem: (given) => ({
      ...given,
      query: mapped(given.query, toBfloat),
      key: mapped(given.key, toBfloat),
      value: mapped(given.value, toBfloat),
    }),
  }),
  {
    ...one("lse-base-2", { logSumExp: (max, sum) => (max + Math.log(sum)) * Math.LOG2E }),
    isOfLogSumExp: true,
  },
  { ...one("lse-without-maximum", { logSumExp: (_, sum) => Math.log(sum) }), isOfLogSumExp: true },
];

/** Each query head with a kv head of its own. */
function expandKv(
  given: KernelProblem,
  kvHead: (head: number, groups: number, own: number) => number,
): KernelProblem {
  const groups = given.key.length;
  const own = (head: number) => Math.floor((head * groups) / given.query.length);
  const heads = given.query.map((_, head) => kvHead(head, groups, own(head)));
  return { ...given, key: heads.map((h) => given.key[h]), value: heads.map((h) => given.value[h]) };
}

function biased(
  dot: number,
  { row, key, head, problem }: { row: number; key: number; head: number; problem: KernelProblem },
  join: (product: number, bias: number, scale: number) => number,
): number {
  if (!problem.allows(row, key)) return -Infinity;
  const bias = problem.bias?.[head];
  return join(dot, bias ? bias.data[row * bias.cols + key] : 0, problem.scale);
}

/** The upper half of a float32, rounded by adding half a place. */
function toBfloat(value: number): number {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  bits.setUint32(0, ((bits.getUint32(0) + 0x8000) & 0xffff0000) >>> 0);
  return bits.getFloat32(0);
}
