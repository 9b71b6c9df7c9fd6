import { isBlocked } from "../../../math/blocked.js";
import { type Matrix, mapCells, rowsOf, transpose } from "../../../math/matrix.js";
import { capped, cellFor, productsOfRow } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import {
  everyTask,
  kernelMistakes,
  type Parameters,
  type Variant,
  withScores,
  withTask,
} from "./kernel-mistake.js";
import { columnsFrom, type Order } from "./orders.js";

// Mistakes with the softcap and the bias.

/** Whether every head has a bias, for example ALiBi. A sink alone does not count. */
const isBiased = everyTask(
  ({ bias, sink }) =>
    bias && (sink === undefined || bias.data.some((own, at) => own !== 0 && (at + 1) % bias.cols !== 0)),
);

export const isCapped = everyTask(({ softcap }) => softcap !== undefined);

/** Makes a variant with another bias. */
export const withBias = (alter: (bias: Matrix, task: Task) => Matrix, parameters?: Parameters) =>
  withTask((task) => ({ bias: task.bias && keepSink(alter(task.bias, task), task) }), parameters);

/** Makes a variant whose bias is read at the places of other queries and keys, row by row. */
export const withBiasAt = (query: Order, key: Order, parameters: Parameters): Variant => ({
  parameters,
  make(task, row) {
    const { bias } = task;
    if (!bias) return makeRow(task, row);
    const from = rowsOf(bias, { first: bias.rows === 1 ? 0 : query(row, bias.rows), count: 1 });
    return makeRow({ ...task, bias: keepSink(columnsFrom(from, key), task) }, row);
  },
});

/** Writes the logit of the sink, if there is a sink, back to the last column of a bias. */
const keepSink = (bias: Matrix, { sink }: Task): Matrix =>
  sink === undefined ? bias : mapCells(bias, (own, _, col) => (col === bias.cols - 1 ? sink : own));

/** A function from a product and its bias to a score. */
type Scoring = (product: number, bias: number, task: Task) => number;

/** Returns the scores of a row, computed with another scoring. */
export function scoresBy(score: Scoring, task: Task, row: number): Float64Array {
  const { bias, blocked } = task;
  return productsOfRow(task, row).map((product, j) =>
    blocked && isBlocked(blocked, row, j)
      ? Number.NEGATIVE_INFINITY
      : task.sink !== undefined && j === task.key.rows - 1
        ? task.sink
        : score(product, bias ? cellFor(bias, row, j) : 0, task),
  );
}

/** Makes a variant whose scores combine scale, softcap and bias in another order. */
const ordered = (score: Scoring, parameters?: Parameters) =>
  withScores((task, row) => scoresBy(score, task, row), parameters);

const withFirstRowOfBias = (bias: Matrix) => rowsOf(bias, { first: 0, count: 1 });

/** Softcaps in the wrong place, by description. */
const MISPLACED: Readonly<Record<string, Scoring>> = {
  "before the scale": (product, bias, task) => capped(task, product) * task.scale + bias,
  "after the bias": (product, bias, task) => capped(task, product * task.scale + bias),
  "without C in front": (product, bias, { scale, softcap = 1 }) =>
    Math.tanh((product * scale) / softcap) + bias,
  "not divided by C": (product, bias, { scale, softcap = 1 }) => softcap * Math.tanh(product * scale) + bias,
};

/** Returns a score clipped to ±C, instead of C·tanh(s / C). */
export const cutOff = ({ softcap = Number.POSITIVE_INFINITY }: Pick<Task, "softcap">, score: number) =>
  Math.max(-softcap, Math.min(softcap, score));

/** Softcaps of published models, and other round numbers. */
const CAPS = [1, 5, 10, 15, 20, 30, 50, 100] as const;

/** Returns a cell, or undefined outside the matrix. */
const cellAt = ({ rows, cols, data }: Matrix, row: number, col: number) =>
  row >= 0 && row < rows && col >= 0 && col < cols ? data[row * cols + col] : undefined;

const ORDER = "scores → scale → softcap → bias → mask → softmax";
export const capping = kernelMistakes("capped-scores", "C·tanh(s / C)");
const biasing = kernelMistakes("biased-scores", "s + b", isBiased);

/** The description of a wrong softcap. */
export const CAPPED_OTHERWISE = {
  id: "softcap-other",
  isFree: true,
  title: "The scores were capped in the wrong way: at another C, or clipped.",
  fix: "Use the right C, if there is one, and cap with tanh.",
} as const;

/** A bias that is read beside its place. */
export const biasShifted = biasing({
  id: "bias-shifted",
  title: "The bias was read some places beside its own.",
  formula: "s_ij + b_ij",
  fix: "Look for a 1 too many or too few in the index of a relative position, for the start of a tile that was not added, or at a stride.",
  variants: () =>
    [1, -1].flatMap((by) => [
      withBias(
        (bias) => mapCells(bias, (own, i, j) => cellAt(bias, i, j + by) ?? cellAt(bias, i - by, j) ?? own),
        { keys: by },
      ),
      withBias((bias) => mapCells(bias, (own, i, j) => cellAt(bias, i + by, j) ?? own), { queries: by }),
    ]),
});

export const CONDITIONING = [
  capping({
    id: "softcap-missing",
    title: "The scores were not capped.",
    fix: "Cap the scaled scores before bias and mask.",
    isPossible: isCapped,
    variants: () => [withTask(() => ({ softcap: undefined }))],
  }),
  capping({
    id: "softcap-misplaced",
    title:
      "The softcap was applied in the wrong place (before the scale, after the bias), or without one of its C.",
    formula: ORDER,
    fix: "Cap the scaled scores before bias and mask.",
    isPossible: isCapped,
    variants: (given) =>
      Object.entries(MISPLACED)
        .filter(([place]) => place !== "after the bias" || isBiased(given))
        .map(([place, score]) => ordered(score, { place })),
  }),
  capping({
    ...CAPPED_OTHERWISE,
    isPossible: isCapped,
    variants: (given) => [
      ordered((product, bias, task) => cutOff(task, product * task.scale) + bias, { how: "cut off" }),
      ordered((product, bias, task) => capped(task, capped(task, product * task.scale)) + bias, {
        how: "twice",
      }),
      ...Object.entries({ "C · ln 2": Math.LN2, "C · log₂ e": Math.LOG2E }).map(([at, factor]) =>
        withTask(({ softcap = 1 }) => ({ softcap: softcap * factor }), { at }),
      ),
      ...CAPS.filter((softcap) => softcap !== given.tasks[0].softcap).map((softcap) =>
        withTask(() => ({ softcap }), { softcap }),
      ),
    ],
  }),
  biasing({
    id: "bias-missing",
    title: "The bias was not added.",
    fix: "Add the bias to the scaled scores of every head.",
    variants: () => [
      withBias((bias) => mapCells(bias, () => 0)),
      withBias(withFirstRowOfBias, { bias: "that of row 0 in every row" }),
    ],
  }),
  biasing({
    id: "bias-negated",
    title: "The bias has the wrong sign.",
    fix: "Add the bias; ALiBi's is −slope · distance.",
    variants: () => [withBias((bias) => mapCells(bias, (b) => (b === -Infinity ? b : -b)))],
  }),
  biasing({
    id: "bias-multiplied",
    title: "The scores were multiplied by the bias; it was not added.",
    fix: "Add the bias to the scaled scores.",
    variants: () => [
      ordered((product, bias, task) => capped(task, product * task.scale) * bias),
      ordered((product, bias, task) => capped(task, product * task.scale) * (1 + bias), { by: "1 + b" }),
    ],
  }),
  biasing({
    id: "bias-before-scale",
    title: "The bias was added before the scores were scaled.",
    formula: ORDER,
    fix: "Scale first, then add the bias.",
    variants: () => [ordered((product, bias, task) => capped(task, (product + bias) * task.scale))],
  }),
  biasing({
    id: "bias-transposed",
    title: "The bias was read transposed: b_ji instead of b_ij.",
    formula: "s_ij + b_ij",
    fix: "Swap the strides of the bias.",
    isPossible: (given) =>
      !("alibi" in given.homework.problem.settings) &&
      given.tasks.every(({ bias }) => bias && bias.rows === bias.cols),
    variants: () => [withBias(transpose)],
  }),
  biasShifted,
  biasing({
    id: "bias-twice",
    title: "The bias was added twice.",
    fix: "Add the bias in one place: to the product, or as its initial value.",
    variants: () => [withBias((bias) => mapCells(bias, (b) => 2 * b))],
  }),
];
