import { scoresOfRow } from "../row-scores.js";
import { softmaxOf, type Weighting } from "../rows.js";
import { spread } from "../where.js";
import {
  alsoOfSheets,
  type KernelMistake,
  kernelMistakes,
  type Parameters,
  type Suspicion,
  withWeighting,
} from "./kernel-mistake.js";
import { overColumnsOfFew } from "./over-columns.js";

// What kernels do wrong between the scores and the weights.

const isOpen = (score: number) => score !== Number.NEGATIVE_INFINITY;

const countOpen = (scores: Float64Array) =>
  scores.reduce((count, score) => count + (isOpen(score) ? 1 : 0), 0);

const unshifted: Weighting = (scores) => scores.map(Math.exp);

/** What a weighting makes, over the number of keys in the place of a sum. */
const overCount = (weighting: Weighting, count: "keys of the row" | "all keys", parameters?: Parameters) =>
  withWeighting(
    (scores, powers, row) => {
      const numKeys = count === "all keys" ? scores.length : countOpen(scores);
      return weighting(scores, powers, row).map((power) => power / numKeys);
    },
    { count, ...parameters },
  );

/** Scores above these have exponentials beyond float16 and float32. */
const LARGEST_EXPONENTS = { float16: Math.log(65504), float32: Math.log(3.4028234663852886e38) } as const;

/** Whether some wrong row has a score above a limit: of many, those that are replayed. */
const exceeds = ({ dump }: Suspicion, most: number) =>
  dump !== undefined &&
  spread(dump.wrongRows, 8).some((row) => scoresOfRow(dump.task, row).some((score) => score > most));

/** ∞ / ∞ where a score is beyond the limit. */
const overflowing =
  (most: number): Weighting =>
  (scores, { powers, sum, maximum }) =>
    maximum > most ? scores.map(() => Number.NaN) : powers.map((power) => power / sum);

/** A sum that is ∞ in float16: all weights are 0. */
const overflowingSum =
  (isShifted: boolean): Weighting =>
  (_, { powers, sum, maximum }) => {
    const most = LARGEST_EXPONENTS.float16;
    if (!isShifted && maximum > most) return powers.map(() => Number.NaN);
    const total = Math.log(sum) + (isShifted ? 0 : maximum);
    return powers.map((power) => (total > most ? 0 : power / sum));
  };

/** The softmax of weights, where they are not masked. */
const softmaxTwiceOf: Weighting = (scores, powers, row) => {
  const once = softmaxOf(scores, powers, row).map((weight, j) => (isOpen(scores[j]) ? Math.exp(weight) : 0));
  const sum = once.reduce((total, power) => total + power, 0);
  return once.map((power) => power / sum);
};

const firstOf: Weighting = (_, { powers }) => {
  const strongest = powers.indexOf(1);
  return powers.map((_power, j) => (j === strongest ? 1 : 0));
};

const evenly: Weighting = (scores) => {
  const weight = 1 / countOpen(scores);
  return scores.map((score) => (isOpen(score) ? weight : 0));
};

const FORMULA = "α_ij = e^(s_ij − max_j s_ij) / Σ_j e^(s_ij − max_j s_ij)";
const weighing = kernelMistakes("weights", FORMULA);
const SHIFTED = { maximum: "taken off" };
const UNSHIFTED = { maximum: "not taken off" };

export const SOFTMAX: readonly KernelMistake[] = [
  weighing({
    id: "sigmoid-for-softmax",
    title: "Each score went through a sigmoid by itself; the weights of a row do not add up to 1.",
    fix: "Divide the exponentials of a row by their sum.",
    variants: () => [withWeighting((scores) => scores.map((score) => 1 / (1 + Math.exp(-score))))],
  }),
  overColumnsOfFew,
  weighing({
    id: "softmax-no-maximum",
    step: "exponentials",
    title: "The row maximum was not taken off before e^x, so that large scores overflow.",
    fix: "Take the largest score of the row off each score first: the weights stay the same.",
    variants: (given) =>
      Object.entries(LARGEST_EXPONENTS)
        .filter(([, most]) => exceeds(given, most))
        .map(([type, most]) => withWeighting(overflowing(most), { type })),
  }),
  weighing({
    id: "sum-overflow",
    step: "row-sums",
    title: "The sum of the exponentials overflowed float16.",
    fix: "Keep the sum in float32, and take the row maximum off first.",
    variants: () => [
      withWeighting(overflowingSum(false), UNSHIFTED),
      withWeighting(overflowingSum(true), SHIFTED),
    ],
  }),
  weighing({
    id: "divided-by-count",
    title: "The exponentials were divided by the number of keys, not by their sum.",
    fix: "Divide by the sum of the exponentials of the row.",
    variants: () => [
      overCount((_, { powers }) => powers, "keys of the row"),
      overCount((_, { powers }) => powers, "all keys"),
      overCount(unshifted, "keys of the row", UNSHIFTED),
      overCount(unshifted, "all keys", UNSHIFTED),
    ],
  }),
  alsoOfSheets("softmax-not-normalised", () => [
    withWeighting((_, { powers }) => powers, SHIFTED),
    withWeighting(unshifted, UNSHIFTED),
  ]),
  alsoOfSheets("softmax-twice", () => [withWeighting(softmaxTwiceOf)]),
  alsoOfSheets("softmax-plus-one", () => [
    withWeighting((_, { powers, sum, maximum }) => powers.map((power) => power / (sum + Math.exp(-maximum)))),
    withWeighting((_, { powers, sum }) => powers.map((power) => power / (sum + 1)), SHIFTED),
  ]),
  alsoOfSheets("softmax-hard", () => [withWeighting(firstOf)]),
  alsoOfSheets("softmax-uniform", () => [withWeighting(evenly)]),
];
