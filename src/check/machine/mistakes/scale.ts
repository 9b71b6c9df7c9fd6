import { mapCells } from "../../../math/matrix.js";
import { scoresOfRow } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import {
  alsoOfSheets,
  type KernelMistake,
  kernelMistakes,
  onOther,
  type Parameters,
  type Suspicion,
  type Variant,
  withScores,
} from "./kernel-mistake.js";

// What kernels do wrong with 1/√d_k and with the base of e^s.

const withScale = (factor: (task: Task) => number, parameters?: Parameters): Variant =>
  onOther((task) => ({ ...task, scale: factor(task) }), parameters);

/** The same of a scale so large that rows may show no more than that it is large. */
export const withLargeScale = (factor: (task: Task) => number, parameters?: Parameters): Variant => ({
  ...withScale(factor, parameters),
  rival: withScale((task) => 2 * factor(task)).make,
});

/** A scale of 1 is none: there is nothing to forget. */
const isScaled = ({ tasks }: Suspicion) => tasks.every(({ scale }) => scale !== 1);

/** Weights that are multiplied by the scale, which is the same as values that are, with another scale of the scores. */
const timesScale = (scaleOf: (task: Task) => number, parameters: Parameters): Variant => ({
  parameters,
  make: (task, row) =>
    makeRow({ ...task, scale: scaleOf(task) }, row, undefined, (_, { powers, sum }) =>
      powers.map((power) => (power / sum) * task.scale),
    ),
});

/** Scores times a factor just before the softmax: what another base than e comes to. */
const timesScores = (factor: number, parameters: Parameters) =>
  withScores((task, row) => scoresOfRow(task, row).map((score) => score * factor), parameters);

/** The columns of all heads together. */
const modelSize = ({ tasks }: Suspicion) => tasks.reduce((sum, { query }) => sum + query.cols, 0);

const scaling = kernelMistakes("scaled-scores", "S′ = S / √d_k");

export const SCALE: readonly KernelMistake[] = [
  alsoOfSheets("scale-missing", () => [withScale(() => 1)], isScaled),
  scaling({
    id: "scale-twice",
    title: "The scores were scaled twice.",
    fix: "Scale once: q before the product, or the scores after it.",
    isPossible: isScaled,
    variants: () => [withScale(({ scale }) => scale * scale)],
  }),
  alsoOfSheets("scale-by-dk", () => [withScale(({ query }) => 1 / query.cols)]),
  alsoOfSheets(
    "scale-by-sqrt-dmodel",
    (given) => [withScale(() => 1 / Math.sqrt(modelSize(given)), { dModel: modelSize(given) })],
    ({ tasks }) => tasks.length > 1,
  ),
  scaling({
    id: "scale-by-sqrt-dv",
    title: "The scores were divided by the root of d_v, the columns of the values.",
    fix: "Use d_k, the number of columns of queries and keys.",
    isPossible: ({ tasks }) => tasks.every(({ query, value }) => query.cols !== value.cols),
    variants: () => [withScale(({ value }) => 1 / Math.sqrt(value.cols))],
  }),
  alsoOfSheets("scale-by-sqrt-n", () => [withScale(({ key }) => 1 / Math.sqrt(key.rows))]),
  alsoOfSheets("scale-multiplied", () => [withLargeScale(({ scale }) => 1 / scale)], isScaled),
  scaling({
    id: "scale-on-value",
    step: "output",
    title: "The values were multiplied by the scale.",
    fix: "Scale the scores before the softmax, and leave the values unchanged.",
    isPossible: isScaled,
    variants: () => [
      timesScale(({ scale }) => scale, { scores: "scaled" }),
      timesScale(() => 1, { scores: "unscaled" }),
    ],
  }),
  scaling({
    id: "softmax-base-2",
    step: "exponentials",
    title: "The base of the exponential does not fit the scores: 2^s instead of e^s, or the reverse.",
    formula: "e^s = 2^(s · log₂ e)",
    fix: "If you use exp2, multiply the scores by log₂ e first; otherwise do not.",
    variants: (given) => [
      timesScores(Math.LN2, { base: "2" }),
      timesScores(Math.LOG2E, { base: "e", scores: "times log2(e)" }),
      // The factor is often put into the scale, so that it reaches a softcap but not a bias.
      withScale(({ scale }) => scale * Math.LOG2E, { base: "e", scale: "times log2(e)" }),
      withScale(({ scale }) => scale * Math.LN2, { base: "2", scale: "without log2(e)" }),
      ...(given.tasks.every(({ bias }) => bias)
        ? [
            onOther(
              ({ bias, ...task }) => ({ ...task, bias: bias && mapCells(bias, (own) => own * Math.LN2) }),
              { base: "2", bias: "without log2(e)" },
            ),
          ]
        : []),
    ],
  }),
];
