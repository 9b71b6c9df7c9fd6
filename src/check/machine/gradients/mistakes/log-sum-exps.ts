import type { BackwardRows } from "../backward-rows.js";
import {
  type GradientMistake,
  gradientMistakes,
  type ReplayedHead,
  weightsFrom,
} from "./gradient-mistake.js";
import { wrongPlaces } from "./readings.js";

// Mistakes with the log-sum-exp L of the forward pass, from which the backward pass computes the weights again.

const left = gradientMistakes("weights", "P = e^(s − L), with L = ln Σ e^s of the row");

/** Computes the weights with another power in place of e^(s − L), such as 2^(s·log₂ e − L). */
const withPower = (power: (score: number, logSumExp: number, head: ReplayedHead, row: number) => number) => ({
  change: (rows: BackwardRows, head: ReplayedHead) => ({
    weights: weightsFrom(rows, (score, row) => power(score, rows.logSumExp[row], head, rows.first + row)),
  }),
});

export const LOG_SUM_EXPS: readonly GradientMistake[] = [
  left({
    id: "lse-base-2",
    title: "A log-sum-exp in base 2 was used as a natural one.",
    fix: "Multiply it by ln 2 before you subtract it from natural scores.",
    variants: () => [withPower((score, logSumExp) => Math.exp(score - logSumExp * Math.LOG2E))],
  }),
  left({
    id: "lse-natural-in-base-2",
    title: "A natural log-sum-exp was subtracted from scores in base 2.",
    fix: "Multiply it by log₂ e before you compute 2^x.",
    variants: () => [withPower((score, logSumExp) => 2 ** (score * Math.LOG2E - logSumExp))],
  }),
  left({
    id: "lse-without-maximum",
    title: "The log-sum-exp is that of the scores minus their maximum.",
    fix: "Add the maximum of the row to ln Σ e^(s − max).",
    variants: () => [
      withPower((score, logSumExp, { maxima }, row) => Math.exp(score - logSumExp + maxima[row])),
    ],
  }),
  left({
    id: "lse-stale",
    title: "The log-sum-exp is that of another row or head.",
    fix: "In every tile, load L of the tile's rows again.",
    variants: (all) =>
      Array.from(wrongPlaces(all, "L"), ({ read, of }) => ({
        parameters: { read },
        change(rows, head) {
          const { data } = of("L", head);
          return { weights: weightsFrom(rows, (score, row) => Math.exp(score - data[rows.first + row])) };
        },
      })),
  }),
  left({
    id: "exp-for-exp2",
    title: "e^x was computed from scores scaled for 2^x, or 2^x from natural scores.",
    fix: "Use 2^x only if the scores were multiplied by log₂ e.",
    variants: () => [
      withPower((score, logSumExp) => Math.exp((score - logSumExp) * Math.LOG2E)),
      withPower((score, logSumExp) => 2 ** (score - logSumExp)),
    ],
  }),
];
