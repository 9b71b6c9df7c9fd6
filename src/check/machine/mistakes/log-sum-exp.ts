import { sumOver } from "../../../math/lists.js";
import type { MistakeText } from "../../mistakes/mistake.js";
import { powersOf, productsOfRow, scoresOfRow, unscaled } from "../row-scores.js";
import { numKeysOf, type Task } from "../task.js";
import { TILES } from "./online.js";

/** A mistake of kernels in the log-sum-exp alone. */
export interface LogSumExpMistake extends MistakeText {
  /** The ways to compute the wrong log-sum-exp of a row. */
  readonly makes: readonly ((task: Task, row: number) => number)[];
  /** The number is not a logarithm, so its error grows with it. */
  readonly isSum?: true;
}

const FORMULA = "ln Σ_j e^s_j = max + ln Σ_j e^(s_j − max), of the scores that enter the softmax";

/** The scores of a row, their log-sum-exp, and its two terms: the maximum, and ln Σ e^(s − maximum). */
interface Terms {
  readonly scores: Float64Array;
  readonly maximum: number;
  readonly rest: number;
  readonly logSumExp: number;
}

function termsOf(scores: Float64Array): Terms {
  const { maximum, sum } = powersOf(scores);
  const rest = Math.log(sum);
  return { scores, maximum, rest, logSumExp: maximum + rest };
}

/** Computes a number from the right terms of a row. */
type Made = (terms: Terms, task: Task, row: number) => number;

const isOpen = (score: number) => score !== Number.NEGATIVE_INFINITY;

/** The sizes of a part of the keys: half of them and less, and usual tiles. */
const USUAL_PARTS: readonly ((keys: number) => number)[] = [
  ...[2, 3, 4, 8].map((parts) => (keys: number) => Math.ceil(keys / parts)),
  ...[16, 32, 64, 128].map((tile) => () => tile),
];

/** What a kernel makes of maximum and sum of before the last tile, and of all tiles. */
const STALE: readonly ((before: Terms, all: Terms) => number)[] = [
  ({ maximum }, { rest }) => maximum + rest,
  ({ rest }, { maximum }) => maximum + rest,
  ({ logSumExp }) => logSumExp,
];

/** Returns the mean of a row's scaled products with all keys, which is that with the mean of the keys. */
function meanScore(task: Task, row: number): number {
  const products = productsOfRow(task, row);
  return (task.scale * sumOver(products)) / products.length;
}

/** The mistakes that leave the output right. */
export const LOG_SUM_EXP: readonly LogSumExpMistake[] = (
  [
    {
      id: "lse-base-2",
      title: "The log-sum-exp is in base 2, or was converted from base 2 although it was natural.",
      fix: "Multiply it by ln 2 if it is in base 2, and only then.",
      makes: [Math.LOG2E, Math.LN2].map(
        (factor): Made =>
          ({ logSumExp }) =>
            logSumExp * factor,
      ),
    },
    {
      id: "lse-bases-mixed",
      title: "The maximum is natural and the logarithm of the sum in base 2, or the reverse.",
      fix: "Use one base for both terms: multiply the term in base 2 by ln 2.",
      makes: [
        ({ maximum, rest }) => maximum + rest * Math.LOG2E,
        ({ maximum, rest }) => maximum * Math.LOG2E + rest,
      ],
    },
    {
      id: "lse-without-maximum",
      title: "The row maximum is missing in the log-sum-exp.",
      fix: "Add the maximum that was subtracted.",
      makes: [({ rest }) => rest],
    },
    {
      id: "lse-of-mean",
      title: "This is the logarithm of the mean of the exponentials, not of their sum.",
      fix: "Do not divide by the number of keys.",
      makes: [({ scores, logSumExp }) => logSumExp - Math.log(scores.filter(isOpen).length)],
    },
    {
      id: "lse-of-part",
      title: "The log-sum-exp is that of the first or last part of the keys.",
      fix: "Combine those of all parts: ln Σ_p e^(L_p).",
      makes: USUAL_PARTS.flatMap((sizeOf) =>
        (["first", "last"] as const).map(
          (which): Made =>
            ({ scores }, task) => {
              const rows = numKeysOf(task);
              const size = sizeOf(rows);
              if (size >= rows) return Number.NaN;
              const start = which === "first" ? 0 : Math.floor((rows - 1) / size) * size;
              return termsOf(scores.subarray(start, start + size)).logSumExp;
            },
        ),
      ),
    },
    {
      id: "lse-of-earlier-tiles",
      title: "The maximum or the sum in the log-sum-exp, or both, are those of before the last tile.",
      fix: "Store it after the loop: the last maximum, plus the logarithm of the sum that was rescaled to it.",
      makes: TILES.flatMap((tile) =>
        STALE.map(
          (made): Made =>
            (all) => {
              const last = all.scores.findLastIndex(isOpen);
              return made(termsOf(all.scores.subarray(0, last - (last % tile))), all);
            },
        ),
      ),
    },
    {
      id: "lse-unscaled",
      title: "The log-sum-exp is that of the scores before they were scaled.",
      fix: "Compute it from the scaled scores.",
      makes: [(_, task, row) => rightLogSumExp(unscaled(task), row)],
    },
    {
      id: "lse-maximum-unscaled",
      title: "The maximum in the log-sum-exp is that of the scores before they were scaled.",
      fix: "Scale the maximum before you add the logarithm of the sum.",
      makes: [({ maximum, rest }, { scale }) => maximum / scale + rest],
    },
    {
      id: "lse-of-centred-keys",
      title:
        "The log-sum-exp is that of keys less their mean, which changes no weight but every log-sum-exp.",
      fix: "Add scale · q_i · (the mean of the keys) to it.",
      makes: [({ logSumExp }, task, row) => logSumExp - meanScore(task, row)],
    },
    {
      id: "lse-negated",
      title: "The log-sum-exp has the wrong sign.",
      fix: "It is the maximum plus the logarithm of the sum; its negative is added to scores later.",
      makes: [({ logSumExp }) => -logSumExp],
    },
    {
      id: "lse-maximum-subtracted",
      title: "The maximum was subtracted from the logarithm of the sum instead of added.",
      fix: "Add the maximum that was subtracted.",
      makes: [({ maximum, rest }) => rest - maximum],
    },
    {
      id: "lse-sum-alone",
      title: "The logarithm is missing: this is the sum of the exponentials.",
      fix: "Take the logarithm of the sum and add the maximum.",
      isSum: true,
      // Kernels subtract the maximum first, or not.
      makes: [({ rest }) => Math.exp(rest), ({ logSumExp }) => Math.exp(logSumExp)],
    },
    {
      id: "lse-sum-not-logged",
      title: "The sum of the exponentials was added to the maximum without its logarithm.",
      fix: "Add ln of the sum to the maximum.",
      makes: [({ maximum, rest }) => maximum + Math.exp(rest)],
    },
    {
      id: "lse-maximum-alone",
      title: "This is the row maximum; the logarithm of the sum is missing.",
      fix: "Add ln of the sum of the exponentials to the maximum.",
      makes: [({ maximum }) => maximum],
    },
  ] satisfies readonly (Omit<LogSumExpMistake, "step" | "formula" | "makes"> & {
    readonly makes: readonly Made[];
  })[]
).map(({ makes, ...text }) => ({
  step: "log-sum-exp",
  formula: FORMULA,
  ...text,
  makes: makes.map((made) => (task, row) => made(termsOf(scoresOfRow(task, row)), task, row)),
}));

/** Computes the right log-sum-exp of a row. */
export const rightLogSumExp = (task: Task, row: number): number => termsOf(scoresOfRow(task, row)).logSumExp;
