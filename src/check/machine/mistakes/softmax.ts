import {
  softmaxHard,
  softmaxNotNormalised,
  softmaxPlusOne,
  softmaxTwice,
  softmaxUniform,
} from "../../mistakes/softmax.js";
import { rowNorms, scoresOfRow } from "../row-scores.js";
import { makeRow, softmaxOf, type Weighting } from "../rows.js";
import type { Task } from "../task.js";
import { alsoOfSheets, type KernelMistake, type Suspicion, type Variant } from "./kernel-mistake.js";
import { overColumnsOfFew } from "./over-columns.js";

// What kernels do wrong between the scores and the weights.

const FORMULA = "α_ij = e^(s_ij − max_j s_ij) / Σ_j e^(s_ij − max_j s_ij)";

/** Other coefficients from the right scores. */
const weighted = (weighting: Weighting, parameters?: Variant["parameters"]): Variant => ({
  ...(parameters && { parameters }),
  make: (task, row) => makeRow(task, row, scoresOfRow(task, row), weighting),
});

const dividedByCount: KernelMistake = {
  id: "divided-by-count",
  step: "weights",
  title: "The exponentials were divided by the number of keys, not by their sum.",
  formula: FORMULA,
  fix: "Divide by the sum of the exponentials of the row.",
  variants: () => [
    weighted((scores, { powers }) => overCount(scores, powers, countOf(scores)), {
      count: "keys of the row",
    }),
    weighted((scores, { powers }) => overCount(scores, powers, scores.length), { count: "all keys" }),
    weighted((scores) => overCount(scores, scores.map(Math.exp), countOf(scores)), {
      count: "keys of the row",
      maximum: "not taken off",
    }),
    weighted((scores) => overCount(scores, scores.map(Math.exp), scores.length), {
      count: "all keys",
      maximum: "not taken off",
    }),
  ],
};

const countOf = (scores: Float64Array) =>
  scores.reduce((count, score) => (score === Number.NEGATIVE_INFINITY ? count : count + 1), 0);

const overCount = (_: Float64Array, powers: Float64Array, count: number) =>
  powers.map((power) => power / count);

/** Scores above these have exponentials beyond float16 and float32. */
const LARGEST_EXPONENTS = { float16: Math.log(65504), float32: Math.log(3.4028234663852886e38) } as const;

const softmaxNoMaximum: KernelMistake = {
  id: "softmax-no-maximum",
  step: "exponentials",
  title: "The row maximum was not taken off before e^x, so that large scores overflow.",
  formula: FORMULA,
  fix: "Take the largest score of the row off each score first: the weights stay the same.",
  variants: (given) =>
    Object.entries(LARGEST_EXPONENTS).flatMap(([type, most]) =>
      [given.tasks].some((tasks) => tasks.some((task) => exceeds(task, given, most)))
        ? [weighted(overflowing(most), { type })]
        : [],
    ),
};

/** Whether some wrong row has a score above a limit; where not even ‖q‖·‖k‖ is, none is looked at. */
function exceeds(task: Task, { dump }: Suspicion, most: number): boolean {
  const rows = dump?.task === task ? dump.wrongRows.slice(0, 8) : [];
  const longest = rowNorms(task.key).reduce((length, own) => Math.max(length, own), 0);
  const isNear = (row: number) => Math.abs(task.scale) * rowNorms(task.query)[row] * longest > most;
  return rows.some(
    (row) => (task.bias || isNear(row)) && scoresOfRow(task, row).some((score) => score > most),
  );
}

/** ∞ / ∞ where a score is beyond the limit. */
const overflowing =
  (most: number): Weighting =>
  (scores, { powers, sum, maximum }) =>
    maximum > most ? scores.map(() => Number.NaN) : powers.map((power) => power / sum);

const sumOverflow: KernelMistake = {
  id: "sum-overflow",
  step: "row-sums",
  title: "The sum of the exponentials overflowed float16.",
  formula: FORMULA,
  fix: "Keep the sum in float32, and take the row maximum off first.",
  variants: () => [
    weighted(overflowingSum(0, 65504), { maximum: "taken off" }),
    weighted(overflowingSum(1, 65504), { maximum: "not taken off" }),
  ],
};

/** A sum that is ∞: all weights are 0. */
const overflowingSum =
  (share: 0 | 1, most: number): Weighting =>
  (_, { powers, sum, maximum }) => {
    const total = Math.log(sum) + share * maximum;
    if (share === 1 && maximum > Math.log(most)) return powers.map(() => Number.NaN);
    return total > Math.log(most) ? powers.map(() => 0) : powers.map((power) => power / sum);
  };

const sigmoidForSoftmax: KernelMistake = {
  id: "sigmoid-for-softmax",
  step: "weights",
  title: "Each score went through a sigmoid by itself; the weights of a row do not add up to 1.",
  formula: FORMULA,
  fix: "Divide the exponentials of a row by their sum.",
  variants: () => [weighted((scores) => scores.map((score) => 1 / (1 + Math.exp(-score))))],
};

export const SOFTMAX: readonly KernelMistake[] = [
  sigmoidForSoftmax,
  overColumnsOfFew,
  softmaxNoMaximum,
  sumOverflow,
  dividedByCount,
  alsoOfSheets(softmaxNotNormalised, () => [
    weighted((_, { powers }) => powers, { maximum: "taken off" }),
    weighted((scores) => scores.map(Math.exp), { maximum: "not taken off" }),
  ]),
  alsoOfSheets(softmaxTwice, () => [
    weighted((scores, powers, row) => {
      const once = softmaxOf(scores, powers, row).map((weight, j) =>
        scores[j] === Number.NEGATIVE_INFINITY ? 0 : Math.exp(weight),
      );
      const sum = once.reduce((total, power) => total + power, 0);
      return once.map((power) => power / sum);
    }),
  ]),
  alsoOfSheets(softmaxPlusOne, () => [
    weighted((_, { powers, sum, maximum }) => powers.map((power) => power / (sum + Math.exp(-maximum)))),
    weighted((_, { powers, sum }) => powers.map((power) => power / (sum + 1)), { maximum: "taken off" }),
  ]),
  alsoOfSheets(softmaxHard, () => [weighted((_, { powers }) => firstOf(powers))]),
  alsoOfSheets(softmaxUniform, () => [
    weighted((scores) => {
      const weight = 1 / countOf(scores);
      return scores.map((score) => (score === Number.NEGATIVE_INFINITY ? 0 : weight));
    }),
  ]),
];

const firstOf = (powers: Float64Array) => {
  const strongest = powers.indexOf(1);
  return powers.map((_, j) => (j === strongest ? 1 : 0));
};
