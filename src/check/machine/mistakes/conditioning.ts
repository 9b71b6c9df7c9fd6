import { isBlocked } from "../../../math/blocked.js";
import { type Matrix, mapCells, transpose } from "../../../math/matrix.js";
import { cellFor, productsOfRow } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import {
  type KernelMistake,
  onOther,
  type RowMaker,
  type Suspicion,
  type Variant,
} from "./kernel-mistake.js";

// What is done wrong with softcap and bias.

/** Whether every head has a bias, as ALiBi is one. */
const isBiased = ({ tasks }: Suspicion) => tasks.every(({ bias }) => bias !== undefined);

/** Whether the bias is worked out from positions, and no array. */
export const usesAlibi = ({ homework, tasks }: Suspicion) =>
  "alibi" in homework.problem.settings && isBiased({ homework, tasks });

const isCapped = ({ tasks }: Suspicion) => tasks.every(({ softcap }) => softcap !== undefined);

/** The attention with another bias. */
export const withBias = (
  alter: (bias: Matrix, task: Task) => Matrix | undefined,
  parameters?: Variant["parameters"],
) => onOther((task) => ({ ...task, bias: task.bias && alter(task.bias, task) }), parameters);

/** Scores put together in another order. */
const ordered =
  (score: (product: number, bias: number, task: Task) => number): RowMaker =>
  (task, row) => {
    const { bias, blocked } = task;
    const scores = productsOfRow(task, row).map((product, j) =>
      blocked && isBlocked(blocked, row, j)
        ? Number.NEGATIVE_INFINITY
        : score(product, bias ? cellFor(bias, row, j) : 0, task),
    );
    return makeRow(task, row, scores);
  };

const cap = (score: number, { softcap }: Task) =>
  softcap === undefined ? score : softcap * Math.tanh(score / softcap);

const ORDER = "scores → scale → softcap → bias → mask → softmax";

const biasBeforeScale: KernelMistake = {
  id: "bias-before-scale",
  step: "biased-scores",
  title: "The bias was added before the scores were scaled.",
  formula: ORDER,
  fix: "Scale first, then add the bias.",
  variants: (given) =>
    isBiased(given)
      ? [{ make: ordered((product, bias, task) => cap((product + bias) * task.scale, task)) }]
      : [],
};

const biasNegated: KernelMistake = {
  id: "bias-negated",
  step: "biased-scores",
  title: "The bias has the wrong sign.",
  formula: "s + b",
  fix: "Add the bias; ALiBi's is −slope · distance.",
  variants: (given) =>
    isBiased(given) ? [withBias((bias) => mapCells(bias, (b) => (b === -Infinity ? b : -b)))] : [],
};

const biasMissing: KernelMistake = {
  id: "bias-missing",
  step: "biased-scores",
  title: "The bias was not added.",
  formula: "s + b",
  fix: "Add the bias to the scaled scores of every head.",
  variants: (given) =>
    isBiased(given)
      ? [
          onOther((task) => ({ ...task, bias: undefined })),
          onOther(withFirstRowOfBias, { bias: "that of row 0 in every row" }),
        ]
      : [],
};

const withFirstRowOfBias = (task: Task): Task => {
  const { bias } = task;
  return bias ? { ...task, bias: { rows: 1, cols: bias.cols, data: bias.data.slice(0, bias.cols) } } : task;
};

const biasTransposed: KernelMistake = {
  id: "bias-transposed",
  step: "biased-scores",
  title: "The bias was read transposed: b_ji for b_ij.",
  formula: "s_ij + b_ij",
  fix: "Swap the strides of the bias.",
  variants: (given) =>
    isBiased(given) && !usesAlibi(given) && given.tasks.every(({ bias }) => bias && bias.rows === bias.cols)
      ? [withBias((bias) => transpose(bias))]
      : [],
};

const biasTwice: KernelMistake = {
  id: "bias-twice",
  step: "biased-scores",
  title: "The bias was added twice.",
  formula: "s + b",
  fix: "Add the bias in one place: to the product, or where it begins to be summed.",
  variants: (given) => (isBiased(given) ? [withBias((bias) => mapCells(bias, (b) => 2 * b))] : []),
};

const softcapMissing: KernelMistake = {
  id: "softcap-missing",
  step: "capped-scores",
  title: "The scores were not capped.",
  formula: "C·tanh(s / C)",
  fix: "Cap the scaled scores before bias and mask.",
  variants: (given) => (isCapped(given) ? [onOther((task) => ({ ...task, softcap: undefined }))] : []),
};

const softcapMisplaced: KernelMistake = {
  id: "softcap-misplaced",
  step: "capped-scores",
  title: "The softcap was applied in another place: before the scale, or after the bias.",
  formula: ORDER,
  fix: "Cap the scaled scores before bias and mask.",
  variants: (given) =>
    isCapped(given)
      ? [
          {
            parameters: { place: "before the scale" },
            make: ordered((product, bias, task) => cap(product, task) * task.scale + bias),
          },
          ...(isBiased(given)
            ? [
                {
                  parameters: { place: "after the bias" },
                  make: ordered((product, bias, task) => cap(product * task.scale + bias, task)),
                },
              ]
            : []),
          {
            parameters: { place: "without C in front" },
            make: ordered(
              (product, bias, task) => Math.tanh((product * task.scale) / (task.softcap ?? 1)) + bias,
            ),
          },
        ]
      : [],
};

/** Caps that models have. */
const CAPS = [1, 5, 10, 15, 20, 30, 50, 100] as const;

const softcapOther: KernelMistake = {
  id: "softcap-other",
  step: "capped-scores",
  title: "The scores were capped otherwise: at another C, or cut off at it.",
  formula: "C·tanh(s / C)",
  fix: "Pass on the C that is meant, and cap by tanh.",
  variants: (given) =>
    isCapped(given)
      ? [
          {
            parameters: { how: "cut off" },
            make: ordered((product, bias, task) => cutOff(product * task.scale, task) + bias),
          },
          ...CAPS.filter((softcap) => softcap !== given.tasks[0].softcap).map((softcap) =>
            onOther((task) => ({ ...task, softcap }), { softcap }),
          ),
        ]
      : [],
};

const cutOff = (score: number, { softcap = Number.POSITIVE_INFINITY }: Task) =>
  Math.max(-softcap, Math.min(softcap, score));

export const CONDITIONING: readonly KernelMistake[] = [
  ...[softcapMissing, softcapMisplaced, softcapOther],
  ...[biasMissing, biasNegated, biasBeforeScale, biasTransposed, biasTwice],
];
