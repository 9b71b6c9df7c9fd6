import { sumOver } from "../../../math/lists.js";
import { rowOf } from "../../../math/matrix.js";
import { remembered } from "../../../math/remember.js";
import { type Powers, scoresOfRow } from "../row-scores.js";
import { over, type Weighting } from "../rows.js";
import type { Task } from "../task.js";
import { spread } from "../where.js";
import { FUNCTIONS } from "./elementwise.js";
import {
  fromWrittenMistake,
  kernelMistakes,
  type Parameters,
  type SearchContext,
  withWeighting,
} from "./kernel-mistake.js";

// The softmax over the wrong axis. It needs the sums of every column, which costs as much as one more attention.

/** Up to this number of scores it is tried with the usual mistakes, else only as a last resort. */
const FEW_SCORES = 50_000;

const numScores = ({ tasks }: SearchContext) => sumOver(tasks, ({ query, key }) => query.rows * key.rows);

const overColumns = (isPossible: (given: SearchContext) => boolean) =>
  fromWrittenMistake("softmax-over-columns", () => [normalisedOverColumns()], isPossible);

export const overColumnsOfFew = overColumns((given) => numScores(given) <= FEW_SCORES);
export const overColumnsOfMany = overColumns((given) => numScores(given) > FEW_SCORES);

function normalisedOverColumns() {
  const sums = remembered(columnLogSums);
  return withWeighting((scores, _, _row, task) => scores.map((score, j) => Math.exp(score - sums(task)[j])));
}

/** Returns ln Σ_i e^(s_ij) for each key. */
function columnLogSums(task: Task): Float64Array {
  const { query, key } = task;
  const maxima = new Float64Array(key.rows).fill(Number.NEGATIVE_INFINITY);
  const sums = new Float64Array(key.rows);
  for (let row = 0; row < query.rows; row++) {
    for (const [j, score] of scoresOfRow(task, row).entries()) {
      if (score === Number.NEGATIVE_INFINITY) continue;
      const most = Math.max(maxima[j], score);
      sums[j] = sums[j] * Math.exp(maxima[j] - most) + Math.exp(score - most);
      maxima[j] = most;
    }
  }
  return sums.map((sum, j) => maxima[j] + Math.log(sum));
}

// Mistakes between the scores and the weights.

const isOpen = (score: number) => score !== Number.NEGATIVE_INFINITY;

const countOpen = (scores: Float64Array) => sumOver(scores, (score) => (isOpen(score) ? 1 : 0));

const unshifted: Weighting = (scores) => scores.map(Math.exp);

/** Numbers by which kernels divide the numbers of a row. */
const DIVISORS = {
  "their sum": (numbers) => sumOver(numbers),
  "the sum of their sizes": (numbers) => sumOver(numbers, Math.abs),
  "the root of their squares": (numbers) => Math.hypot(...numbers),
  "keys of the row": (_, scores) => countOpen(scores),
  "all keys": (_, scores) => scores.length,
  nothing: () => 1,
} satisfies Readonly<Record<string, (numbers: Float64Array, scores: Float64Array) => number>>;

/** Makes a variant whose weighting is divided by one of these numbers. */
const dividedBy = (weighting: Weighting, name: keyof typeof DIVISORS, parameters: Parameters) =>
  withWeighting((scores, ...given) => {
    const numbers = weighting(scores, ...given);
    const divisor = DIVISORS[name](numbers, scores);
    return numbers.map((own) => (own === 0 ? 0 : own / divisor));
  }, parameters);

/** The logarithms of the largest numbers: e^s of a larger score overflows the type. */
const LARGEST_EXPONENTS = { float16: Math.log(65504), float32: Math.log(3.4028234663852886e38) } as const;

/** Whether some wrong row has a score above a limit. Looks only at the rows that are replayed. */
const exceeds = ({ dump }: SearchContext, most: number) =>
  dump !== undefined &&
  spread(dump.wrongRows, 8).some((row) => scoresOfRow(dump.task, row).some((score) => score > most));

/** Returns NaN (∞ / ∞) if a score is above the limit, else the right weights. */
const overflowing =
  (most: number): Weighting =>
  (_, { powers, sum, maximum }) =>
    over(powers, maximum > most ? Number.NaN : sum);

/** Returns weights of 0 if the sum is ∞ in float16. */
const overflowingSum =
  (isShifted: boolean): Weighting =>
  (_, { powers, sum, maximum }) => {
    const most = LARGEST_EXPONENTS.float16;
    if (!isShifted && maximum > most) return over(powers, Number.NaN);
    const total = Math.log(sum) + (isShifted ? 0 : maximum);
    return over(powers, total > most ? Number.POSITIVE_INFINITY : sum);
  };

/** Returns the softmax of the weights, over the keys that are not masked. */
const softmaxTwiceOf: Weighting = (scores, { powers, sum }) => {
  const again = over(powers, sum).map((weight, j) => (isOpen(scores[j]) ? Math.exp(weight) : 0));
  return over(again, sumOver(again));
};

const firstOf: Weighting = (_, { powers }) => {
  const strongest = powers.indexOf(1);
  return powers.map((_power, j) => (j === strongest ? 1 : 0));
};

const evenly: Weighting = (scores) => {
  const weight = 1 / countOpen(scores);
  return scores.map((score) => (isOpen(score) ? weight : 0));
};

/** Whether some wrong row has numbers. Rows of NaN alone show that something overflowed, and no more. */
const hasNumbers = ({ dump }: SearchContext) =>
  !dump || dump.wrongRows.some((row) => rowOf(dump.got, row).some(Number.isFinite));

const FORMULA = "α_ij = e^(s_ij − max_j s_ij) / Σ_j e^(s_ij − max_j s_ij)";
const weighing = kernelMistakes("weights", FORMULA);
const SHIFTED = { maximum: "taken off" };
const UNSHIFTED = { maximum: "not taken off" };

export const SOFTMAX = [
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
    isPossible: hasNumbers,
    variants: () =>
      [(_: Float64Array, { powers }: Powers) => powers, unshifted].flatMap((weighting) =>
        (["keys of the row", "all keys"] as const).map((count) =>
          dividedBy(weighting, count, { count, ...(weighting === unshifted && UNSHIFTED) }),
        ),
      ),
  }),
  fromWrittenMistake(
    "softmax-not-normalised",
    () => [withWeighting((_, { powers }) => powers, SHIFTED), withWeighting(unshifted, UNSHIFTED)],
    hasNumbers,
  ),
  fromWrittenMistake("softmax-twice", () => [withWeighting(softmaxTwiceOf)]),
  fromWrittenMistake("softmax-plus-one", () => [
    withWeighting((_, { powers, sum, maximum }) => over(powers, sum + Math.exp(-maximum))),
    withWeighting((_, { powers, sum }) => over(powers, sum + 1), SHIFTED),
  ]),
  weighing({
    id: "softmax-other-function",
    title: "The weights were computed with a function other than e^s.",
    fix: "Take e^x of each score, add up each row, and divide each cell by the sum of its row.",
    isPossible: hasNumbers,
    variants: () =>
      Object.entries(FUNCTIONS).flatMap(([name, weigh]) =>
        (Object.keys(DIVISORS) as (keyof typeof DIVISORS)[]).map((divisor) =>
          dividedBy((scores) => scores.map((score) => (isOpen(score) ? weigh(score) : 0)), divisor, {
            function: name,
            "divided by": divisor,
          }),
        ),
      ),
  }),
  fromWrittenMistake("softmax-hard", () => [withWeighting(firstOf)]),
  fromWrittenMistake("softmax-uniform", () => [withWeighting(evenly)]),
];
