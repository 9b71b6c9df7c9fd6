import { createMatrix, type Matrix } from "../../src/math/matrix.js";
import { alibiBias } from "./kernel-positions.js";
import { type Bug, type KernelProblem, rightScore } from "./machines.js";
import { expandKv, mapped, type NamedBug, offsetOf, one, softmax, withMask, withScale } from "./named-bug.js";

// Bugs in products, weights and sums over tiles, and in what is read and stored.

/** An online softmax whose factor is e^(new − old maximum). */
const inverse = (right: number): number => (right === 0 ? 0 : 1 / right);

/** The edge of the tile that a mask forgets. */
const OPEN_TILE = 16;

const tileOf = (key: number): number => Math.floor(key / OPEN_TILE);

export const MORE_KERNEL_BUGS: readonly NamedBug[] = [
  one(
    "other-keys-attended",
    withMask((i, j, _, given) => j <= i + offsetOf(given) + 5),
    "causal",
  ),
  one(
    "diagonal-tile-unmasked",
    withMask((i, j, own, given) => own(i, j) || tileOf(j) === tileOf(i + offsetOf(given))),
    "causal",
  ),
  one(
    "empty-row",
    { score: (dot, at) => (isEmpty(at.problem, at.row) ? 0 : rightScore(dot, at)) },
    "random-mask",
    "empty",
    "tiles",
  ),
  one(
    "kv-head-other",
    {
      problem: (given) =>
        expandKv(given, (head, groups) =>
          Math.min(groups - 1, Math.floor(head / Math.max(1, Math.floor(given.query.length / groups / 2)))),
        ),
    },
    "groups",
  ),
  one("columns-unpaired", {
    problem: (given) => ({
      ...given,
      query: given.query.map(({ rows, cols, data }) =>
        createMatrix(rows, cols, (row, col) => data[row * cols + ((col + cols / 2) % cols)]),
      ),
    }),
  }),
  one("bias-surplus", {
    score: (dot, at) => rightScore(dot, at) - 0.07 * Math.abs(at.row + offsetOf(at.problem) - at.key),
  }),
  one("bias-surplus", { score: (dot, at) => rightScore(dot, at) + (at.key === 1 ? 1.5 : 0) }),
  one(
    "other-keys-attended",
    { weights: (scores) => scores.map((row) => softmax(strongest(row, 5))) },
    "tiles",
  ),
  one("features-dropped", {
    problem: (given) => ({
      ...given,
      query: given.query.map((query) =>
        createMatrix(query.rows, query.cols, (row, col) =>
          2 * col < query.cols ? query.data[row * query.cols + col] : 0,
        ),
      ),
    }),
  }),
  one("key-misread", {
    problem: (given) => ({
      ...given,
      key: given.key.map(({ rows, cols, data }) =>
        createMatrix(rows, cols, (row, col) => data[col * rows + row]),
      ),
    }),
  }),
  one(
    "scale-other",
    withScale(({ scale }) => 0.55 * scale),
  ),
  one("sigmoid-for-softmax", {
    weights: (scores) => scores.map((row) => row.map((score) => 1 / (1 + Math.exp(-score)))),
  }),
  one(
    "bias-twice",
    { problem: (given) => ({ ...given, bias: mapped(given.bias ?? [], (b) => 2 * b) }) },
    "bias",
  ),
  one(
    "bias-transposed",
    {
      problem: (given) => ({
        ...given,
        bias: (given.bias ?? []).map(({ rows, cols, data }) =>
          createMatrix(cols, rows, (row, col) => data[col * cols + row]),
        ),
      }),
    },
    "bias",
    "square",
  ),
  one("maximum-stale", { takenOff: (maximum, before) => (before === -Infinity ? maximum : before) }, "tiles"),
  one("rescaled-inversely", { rescaleSum: inverse, rescaleOutput: inverse }, "tiles"),
  one("accumulator-overwritten", { rescaleOutput: () => 0 }, "tiles"),
  one("sum-overwritten", { rescaleSum: () => 0 }, "tiles"),
  one("divided-in-every-tile", { endOfTile: (own, sum) => own / sum, sum: () => 1 }, "tiles"),
  one("values-shifted", { valueRow: (j, m) => (j + 1) % m }),
  one("values-shifted", { valueRow: (j) => Math.max(0, j - 1) }),
  one("rows-shifted", {
    problem: (given) => ({
      ...given,
      query: given.query.map(({ rows, cols, data }) =>
        createMatrix(rows, cols, (row, col) => data[((row + 1) % rows) * cols + col]),
      ),
      allows: (row, key) => given.allows((row + 1) % given.query[0].rows, key),
    }),
  }),
  one("columns-missing", { output: (value, { col, numCols }) => (4 * col >= 3 * numCols ? 0 : value) }),
  one("kv-head-other", { problem: (given) => expandKv(given, () => 0) }, "groups"),
  one(
    "scores-transposed",
    { problem: (given) => ({ ...given, query: given.key, key: given.query }) },
    "square",
  ),
  one(
    "scores-negated",
    withScale(({ scale }) => -scale),
  ),
  one("softmax-twice", { weights: (scores) => scores.map((row) => softmax(softmax(row))) }),
  one("softmax-hard", {
    weights: (scores) =>
      scores.map((row) => row.map((_, key) => (key === row.indexOf(Math.max(...row)) ? 1 : 0))),
  }),
  one("softmax-uniform", { weights: (scores) => scores.map((row) => row.map(() => 1 / row.length)) }),
  one(
    "mask-added-as-numbers",
    {
      score: (dot, at) =>
        rightScore(dot, { ...at, problem: { ...at.problem, allows: () => true } }) +
        (at.problem.allows(at.row, at.key) ? 1 : 0),
    },
    "causal",
  ),
  one(
    "sum-overflow",
    {
      shift: () => 0,
      exponential: (x) => (Math.exp(x) > LARGEST_FLOAT16 ? Infinity : Math.exp(x)),
      sum: (sum) => (sum > LARGEST_FLOAT16 ? Infinity : sum),
    },
    "large",
  ),
  one(
    "causal-bottom-right",
    withMask((i, j, _, given) => j <= i + offsetOf(given)),
    "causal-shorter",
    "top-left",
  ),
  one(
    "axes-misread",
    {
      problem: (given) => ({
        ...given,
        query: readByToken(given.query),
        key: readByToken(given.key),
        value: readByToken(given.value),
      }),
      stored: writtenByToken,
    },
    "heads",
  ),
  one(
    "scale-by-sqrt-dv",
    withScale(({ value: [value] }) => 1 / Math.sqrt(value.cols)),
    "other-width",
  ),
  one(
    "bias-of-another-head",
    {
      problem: (given) => ({
        ...given,
        bias: given.query.map((query) =>
          alibiBias(2 ** (-8 / given.query.length), query.rows, given.key[0].rows),
        ),
      }),
    },
    "alibi",
  ),
  one("softcap-other", { problem: (given) => ({ ...given, softcap: 5 }) }, "softcap"),
  one(
    "softcap-other",
    {
      score: (dot, { row, key, problem: { softcap = 1, scale, allows } }) =>
        allows(row, key) ? Math.max(-softcap, Math.min(softcap, dot * scale)) : -Infinity,
    },
    "softcap",
  ),
  one(
    "mask-finite-fill",
    { score: (dot, at) => (at.problem.allows(at.row, at.key) ? rightScore(dot, at) : -10) },
    "causal",
  ),
  one("values-reversed", { valueRow: (j, m) => m - 1 - j }),
  one("value-is-key", { problem: (given) => ({ ...given, value: given.key }) }, "same-width"),
  one("padding-attended", { sum: (sum) => sum + 7, shift: () => 0 }),
  one("precision-float32", { works: "float32" }, "double"),
  one("tiles-overwritten", { rescaleSum: () => 0, rescaleOutput: () => 0 }, "tiles"),
  one(
    "key-loop-top-left",
    withMask((i, j, own) => own(i, j) && tileOf(j) <= tileOf(i)),
    "causal-shorter",
    "tiles",
  ),
  one(
    "scale-of-another-tile",
    { problem: (given) => ({ ...given, key: given.key.map(withScaleBefore) }) },
    "tiles",
  ),
  one("kv-head-other", { problem: (given) => ({ ...given, query: given.query.toReversed() }) }, "groups"),
  ...(
    [
      ["lse-maximum-alone", (maximum) => maximum],
      ["lse-maximum-subtracted", (maximum, sum) => Math.log(sum) - maximum],
      ["lse-sum-alone", (maximum, sum) => Math.exp(maximum) * sum],
      ["lse-unscaled", (_, __, { scale }, scores) => Math.log(sumOfPowers(scores.map((s) => s / scale)))],
    ] satisfies [string, Bug["logSumExp"]][]
  ).map(([id, logSumExp]): NamedBug => ({ ...one(id, { logSumExp }), isOfLogSumExp: true })),
];

const sumOfPowers = (scores: Float64Array) => scores.reduce((sum, score) => sum + Math.exp(score), 0);

const LARGEST_FLOAT16 = 65504;

/** Every tile of keys has the scale, its largest number, of the tile before. */
function withScaleBefore({ rows, cols, data }: Matrix): Matrix {
  const largest = (tile: number) =>
    Math.max(...data.subarray(tile * OPEN_TILE * cols, (tile + 1) * OPEN_TILE * cols).map(Math.abs));
  const ratio = (tile: number) => largest(Math.max(0, tile - 1)) / largest(tile);
  return createMatrix(rows, cols, (row, col) => data[row * cols + col] * ratio(tileOf(row)));
}

/** The scores of a row, −∞ except for the largest few. */
function strongest(row: Float64Array, count: number): Float64Array {
  const least = row.toSorted().at(-count) ?? -Infinity;
  return row.map((score) => (score < least ? -Infinity : score));
}

function isEmpty({ allows, key: [key] }: KernelProblem, row: number): boolean {
  for (let j = 0; j < key.rows; j++) if (allows(row, j)) return false;
  return true;
}

/** Reads memory that has one head after the other as if it had one token after the other. */
function readByToken(matrices: readonly Matrix[]): readonly Matrix[] {
  const [{ rows, cols }] = matrices;
  const heads = matrices.length;
  return matrices.map((_, head) =>
    createMatrix(rows, cols, (row, col) => {
      const place = row * heads + head;
      return matrices[Math.floor(place / rows)].data[(place % rows) * cols + col];
    }),
  );
}

/** The same when writing. */
function writtenByToken(matrices: readonly Matrix[]): readonly Matrix[] {
  const [{ rows, cols }] = matrices;
  const heads = matrices.length;
  return matrices.map((_, head) =>
    createMatrix(rows, cols, (row, col) => {
      const place = head * rows + row;
      return matrices[place % heads].data[Math.floor(place / heads) * cols + col];
    }),
  );
}
