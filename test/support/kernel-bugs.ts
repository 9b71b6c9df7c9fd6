import { FLOAT_TYPES, roundTo } from "../../src/check/machine/float-types.js";
import { MORE_KERNEL_BUGS } from "./kernel-bugs-more.js";
import { SHARED_KERNEL_BUGS } from "./kernel-bugs-shared.js";
import { alibiBias, turn } from "./kernel-positions.js";
import { type KernelProblem, type Rope, rightScore } from "./machines.js";
import { expandKv, mapped, type NamedBug, offsetOf, one, softmax, withMask, withScale } from "./named-bug.js";

export type { NamedBug, Need } from "./named-bug.js";

const withoutTile = (which: (tiles: readonly (readonly [number, number])[], row: number) => number) => ({
  tiles: (tiles: readonly (readonly [number, number])[], row: number) => {
    const out = which(tiles, row);
    return tiles.filter((_, index) => index !== out);
  },
});

/** Bugs of kernels, at the place where they occur in code. */
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
  one("padding-attended", { attendsPadding: true }, "rest"),
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
    "kv-head-other",
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
  one("softcap-misplaced", { score: (dot, at) => cappedFirst(dot, at) }, "softcap"),
  one(
    "mask-after-softmax",
    {
      problem: (given) => ({ ...given, allows: () => true, allowsWeight: given.allows }),
      weights: (scores, { allowsWeight }) =>
        scores.map((row, i) => softmax(row).map((weight, j) => (allowsWeight?.(i, j) ? weight : 0))),
    },
    "causal",
  ),
  one("softmax-over-columns", { weights: overColumns }, "square"),
  one("softmax-no-maximum", { shift: () => 0 }, "large"),
  one("softmax-plus-one", { sum: (sum) => sum + 1 }),
  one("nothing-rescaled", { rescaleSum: () => 1, rescaleOutput: () => 1 }, "tiles", "saturated"),
  one(
    "keys-dropped",
    { tiles: (tiles) => tiles.filter(([, last], index) => index === 0 || last % tiles[0][1] === 0) },
    "tiles",
    "rest",
  ),
  one(
    "keys-dropped",
    { tiles: (tiles, row) => tiles.filter(([first, last]) => row < first || row >= last) },
    "tiles",
    "causal-square",
  ),
  one("keys-doubled", { tiles: (tiles) => [...tiles, tiles[tiles.length - 1]] }, "tiles"),
  one(
    "scale-by-sqrt-n",
    withScale(({ key: [key] }) => 1 / Math.sqrt(key.rows)),
  ),
  one(
    "scale-multiplied",
    withScale(({ scale }) => 1 / scale),
  ),
  one("window-ignored", { problem: (given) => ({ ...given, allows: (i, j) => j <= i }) }, "window"),
  one(
    "rotary-pairing",
    withRope(({ pairs, base }) => ({ base, pairs: pairs === "interleaved" ? "half-split" : "interleaved" })),
    "rope",
  ),
  one(
    "base-off",
    withRope(({ pairs }) => ({ pairs, base: 500_000 })),
    "rope",
  ),
  one(
    "rope-position-off",
    withRope((rope) => rope, 1),
    "rope",
  ),
  one("rope-missing", { problem: ({ turned, ...given }) => ({ ...given, ...turned }) }, "rope"),
  one(
    "bias-of-another-head",
    withSlopes((slopes) => [...slopes].reverse()),
    "alibi",
  ),
  one(
    "bias-negated",
    withSlopes((slopes) => slopes.map((slope) => -slope)),
    "alibi",
  ),
  one(
    "alibi-slopes-next-power",
    withSlopes((slopes) => slopes.map((_, h) => 2 ** ((-8 * h) / slopes.length))),
    "alibi",
  ),
  one("accumulated-short", { accumulate: (sum, { compute }) => roundTo(FLOAT_TYPES[compute], sum) }, "short"),
  one("precision-bfloat16", { works: "bfloat16" }, "fine"),
  one("precision-float16", { works: "float16" }, "fine"),
  one("precision-tf32", { works: "tf32" }, "fine"),
  one(
    "heads-swapped",
    {
      problem: (given) => ({
        ...given,
        query: rolled(given.query),
        key: rolled(given.key),
        value: rolled(given.value),
      }),
    },
    "heads",
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
    ...one("lse-unscaled", {
      logSumExp: (max, sum, { scale }) => max / scale + Math.log(sum),
    }),
    id: "lse-maximum-unscaled",
    isOfLogSumExp: true,
  },
  { ...one("lse-negated", { logSumExp: (max, sum) => -(max + Math.log(sum)) }), isOfLogSumExp: true },
  {
    ...one("lse-base-2", { logSumExp: (max, sum) => (max + Math.log(sum)) * Math.LOG2E }),
    isOfLogSumExp: true,
  },
  { ...one("lse-without-maximum", { logSumExp: (_, sum) => Math.log(sum) }), isOfLogSumExp: true },
  ...MORE_KERNEL_BUGS,
  ...SHARED_KERNEL_BUGS,
];

function biased(
  dot: number,
  { row, key, head, problem }: { row: number; key: number; head: number; problem: KernelProblem },
  join: (product: number, bias: number, scale: number) => number,
): number {
  if (!problem.allows(row, key)) return -Infinity;
  const bias = problem.bias?.[head];
  return join(dot, bias ? bias.data[row * bias.cols + key] : 0, problem.scale);
}

const toBfloat = (value: number): number => roundTo(FLOAT_TYPES.bfloat16, value);

const rolled = <T>(list: readonly T[]): readonly T[] => [...list.slice(1), list[0]];

/** Rotates queries and keys in another way, queries perhaps by other positions. */
function withRope(change: (rope: Rope) => Rope, more = 0) {
  return {
    problem(given: KernelProblem): KernelProblem {
      if (!given.turned) return given;
      const rope = change(given.turned.rope);
      const { offset } = given.turned;
      return {
        ...given,
        query: given.turned.query.map((one) => turn(one, rope, offset + more)),
        key: given.turned.key.map((one) => turn(one, rope, 0)),
      };
    },
  };
}

function withSlopes(change: (slopes: readonly number[]) => readonly number[]) {
  return {
    problem(given: KernelProblem): KernelProblem {
      const heads = given.query.length;
      const slopes = Array.from({ length: heads }, (_, h) => 2 ** ((-8 * (h + 1)) / heads));
      return {
        ...given,
        bias: change(slopes).map((slope) => alibiBias(slope, given.query[0].rows, given.key[0].rows)),
      };
    },
  };
}

/** The softmax of each column. */
function overColumns(scores: readonly Float64Array[]): readonly Float64Array[] {
  const sums = scores[0].map((_, j) => scores.reduce((sum, row) => sum + Math.exp(row[j]), 0));
  return scores.map((row) => row.map((score, j) => (sums[j] === 0 ? 0 : Math.exp(score) / sums[j])));
}

/** C·tanh(q·k / C), then the scale. */
function cappedFirst(
  dot: number,
  { row, key, problem: { softcap = 1, scale, allows } }: { row: number; key: number; problem: KernelProblem },
): number {
  return allows(row, key) ? softcap * Math.tanh(dot / softcap) * scale : -Infinity;
}
