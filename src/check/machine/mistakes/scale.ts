import {
  scaleByDk,
  scaleBySqrtDmodel,
  scaleBySqrtN,
  scaleMissing,
  scaleMultiplied,
} from "../../mistakes/scale.js";
import { scoresOfRow } from "../row-scores.js";
import { type MadeRow, makeRow, softmaxOf } from "../rows.js";
import type { Task } from "../task.js";
import {
  alsoOfSheets,
  type KernelMistake,
  onOther,
  type RowMaker,
  type Suspicion,
  type Variant,
} from "./kernel-mistake.js";

// What kernels do wrong with 1/√d_k and with the base of e^s.

const withScale = (factor: (task: Task) => number, parameters?: Variant["parameters"]): Variant =>
  onOther((task) => ({ ...task, scale: factor(task) }), parameters);

/** A scale of 1 is none: there is nothing to forget. */
const isScaled = ({ tasks }: Suspicion) => tasks.every(({ scale }) => scale !== 1);

const FORMULA = "S′ = S / √d_k";

const scaleBySqrtDv: KernelMistake = {
  id: "scale-by-sqrt-dv",
  step: "scaled-scores",
  title: "The scores were divided by the root of d_v, the columns of the values.",
  formula: FORMULA,
  fix: "Take d_k, the columns of queries and keys.",
  variants: ({ tasks }) =>
    tasks.every(({ query, value }) => query.cols !== value.cols)
      ? [withScale(({ value }) => 1 / Math.sqrt(value.cols))]
      : [],
};

const scaleTwice: KernelMistake = {
  id: "scale-twice",
  step: "scaled-scores",
  title: "The scores were scaled twice.",
  formula: FORMULA,
  fix: "Scale once: either q before the product, or the scores after it.",
  variants: (given) => (isScaled(given) ? [withScale(({ scale }) => scale * scale)] : []),
};

const scaleOnValue: KernelMistake = {
  id: "scale-on-value",
  step: "output",
  title: "The values were multiplied by the scale.",
  formula: FORMULA,
  fix: "The scale belongs to the scores, before the softmax; values stay as they are.",
  variants: (given) =>
    isScaled(given)
      ? [
          { parameters: { scores: "scaled" }, make: timesScale((task) => task.scale) },
          { parameters: { scores: "unscaled" }, make: timesScale(() => 1) },
        ]
      : [],
};

/** Weights that are multiplied by the scale, which is the same as values that are, with another scale of the scores. */
const timesScale =
  (scaleOf: (task: Task) => number): RowMaker =>
  (task, row) =>
    makeRow({ ...task, scale: scaleOf(task) }, row, undefined, (_, { powers, sum }) =>
      powers.map((power) => (power / sum) * task.scale),
    );

/** Scores times a factor just before the softmax: what another base than e comes to. */
const timesScores =
  (factor: number) =>
  (task: Task, row: number): MadeRow | undefined =>
    makeRow(
      task,
      row,
      scoresOfRow(task, row).map((score) => score * factor),
      softmaxOf,
    );

const softmaxBase2: KernelMistake = {
  id: "softmax-base-2",
  step: "exponentials",
  title: "The base of the exponential does not fit its scores: 2^s for e^s, or the other way round.",
  formula: "e^s = 2^(s · log₂ e)",
  fix: "Where exp2 is used, the scores must be multiplied by log₂ e before, and only there.",
  variants: () => [
    { parameters: { base: "2" }, make: timesScores(Math.LN2) },
    { parameters: { base: "e", scores: "times log2(e)" }, make: timesScores(Math.LOG2E) },
    // The factor is often put into the scale, so that it reaches a softcap but not a bias.
    onOther((task) => ({ ...task, scale: task.scale * Math.LOG2E }), { base: "e", scale: "times log2(e)" }),
    onOther((task) => ({ ...task, scale: task.scale * Math.LN2 }), { base: "2", scale: "without log2(e)" }),
  ],
};

/** The columns of all heads together. */
const modelSize = ({ tasks }: Suspicion) => tasks.reduce((sum, { query }) => sum + query.cols, 0);

export const SCALE: readonly KernelMistake[] = [
  alsoOfSheets(scaleMissing, (given) => (isScaled(given) ? [withScale(() => 1)] : [])),
  scaleTwice,
  alsoOfSheets(scaleByDk, () => [withScale(({ query }) => 1 / query.cols)]),
  alsoOfSheets(scaleBySqrtDmodel, (given) =>
    given.tasks.length > 1
      ? [withScale(() => 1 / Math.sqrt(modelSize(given)), { dModel: modelSize(given) })]
      : [],
  ),
  scaleBySqrtDv,
  alsoOfSheets(scaleBySqrtN, () => [withScale(({ key }) => 1 / Math.sqrt(key.rows))]),
  alsoOfSheets(scaleMultiplied, (given) => (isScaled(given) ? [withScale(({ scale }) => 1 / scale)] : [])),
  scaleOnValue,
  softmaxBase2,
];
