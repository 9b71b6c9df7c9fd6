import { type Powers, scoresOfRow } from "../row-scores.js";
import { softmaxOf, type Weighting } from "../rows.js";
import { spread } from "../where.js";
import { FUNCTIONS, ofOpenScores } from "./elementwise.js";
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

/** What the numbers of a row may be divided by. */
const DIVISORS = {
  "their sum": (numbers) => numbers.reduce((sum, own) => sum + own, 0),
  "the sum of their sizes": (numbers) => numbers.reduce((sum, own) => sum + Math.abs(own), 0),
  "the root of their squares": (numbers) => Math.hypot(...numbers),
  "keys of the row": (_, scores) => countOpen(scores),
  "all keys": (_, scores) => scores.length,
  nothing: () => 1,
} satisfies Readonly<Record<string, (numbers: Float64Array, scores: Float64Array) => number>>;

/** What a weighting makes, divided by something. */
const dividedBy = (weighting: Weighting, name: keyof typeof DIVISORS, parameters: Parameters) =>
  withWeighting((scores, powers, row) => {
    const numbers = weighting(scores, powers, row);
    const divisor = DIVISORS[name](numbers, scores);
    return numbers.map((own) => (own === 0 ? 0 : own / divisor));
  }, parameters);

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
    title: "Each score went through a sigmoid, so the weights of a row do not add up to 1.",
    fix: "Divide the exponentials of a row by their sum.",
    variants: () => [withWeighting((scores) => scores.map((score) => 1 / (1 + Math.exp(-score))))],
  }),
  overColumnsOfFew,
  weighing({
    id: "softmax-no-maximum",
    step: "exponentials",
    title: "The row maximum was not subtracted before e^x, so large scores overflow.",
    fix: "Subtract the largest score of the row from each score first: the weights stay the same.",
    variants: (given) =>
      Object.entries(LARGEST_EXPONENTS)
        .filter(([, most]) => exceeds(given, most))
        .map(([type, most]) => withWeighting(overflowing(most), { type })),
  }),
  weighing({
    id: "sum-overflow",
    step: "row-sums",
    title: "The sum of the exponentials overflowed float16.",
    fix: "Keep the sum in float32, and subtract the row maximum first.",
    variants: () => [
      withWeighting(overflowingSum(false), UNSHIFTED),
      withWeighting(overflowingSum(true), SHIFTED),
    ],
  }),
  weighing({
    id: "divided-by-count",
    title: "The exponentials were divided by the number of keys, not by their sum.",
    fix: "Divide by the sum of the exponentials of the row.",
    variants: () =>
      [(_: Float64Array, { powers }: Powers) => powers, unshifted].flatMap((weighting) =>
        (["keys of the row", "all keys"] as const).map((count) =>
          dividedBy(weighting, count, { count, ...(weighting === unshifted && UNSHIFTED) }),
        ),
      ),
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
  weighing({
    id: "softmax-other-function",
    title: "The weights were computed with a function other than e^s.",
    fix: "Take e^x of each score, add up each row, and divide each cell by the sum of its row.",
    variants: () =>
      Object.entries(FUNCTIONS).flatMap(([name, weigh]) =>
        (Object.keys(DIVISORS) as (keyof typeof DIVISORS)[]).map((divisor) =>
          dividedBy(ofOpenScores(weigh, 0), divisor, {
            function: name,
            "divided by": divisor,
          }),
        ),
      ),
  }),
  alsoOfSheets("softmax-hard", () => [withWeighting(firstOf)]),
  alsoOfSheets("softmax-uniform", () => [withWeighting(evenly)]),
];
