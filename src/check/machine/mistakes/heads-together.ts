import { sumOver } from "../../../math/lists.js";
import { type Matrix, mapCells } from "../../../math/matrix.js";
import { remember } from "../../../math/remember.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import {
  hasHeads,
  joinedKeys,
  type KernelMistake,
  PARTS,
  type Parameters,
  type Part,
  replacing,
  type SearchContext,
  type Variant,
  withWeighting,
} from "./kernel-mistake.js";
import { inParts } from "./splits.js";

// Heads that are not kept apart: a softmax over the axis of heads, so that the weights of all heads for one key add up
// to 1, and outputs that are combined.

const overHeads = ({ tasks }: SearchContext): Variant => {
  let known: { readonly row: number; readonly of: readonly Float64Array[] } | undefined;
  const scoresOf = (row: number) => {
    if (known?.row !== row) known = { row, of: tasks.map((task) => scoresOfRow(task, row)) };
    return known.of;
  };
  return withWeighting((scores, _, row) => {
    const all = scoresOf(row);
    return scores.map((score, j) => {
      if (score === Number.NEGATIVE_INFINITY) return 0;
      const { sum, maximum } = powersOf(Float64Array.from(all, (own) => own[j]));
      return Math.exp(score - maximum) / sum;
    });
  });
};

export const softmaxOverHeads: KernelMistake = {
  id: "softmax-over-heads",
  step: "weights",
  title: "The softmax was taken over the heads, not over the keys.",
  formula: "Σ_j α_ij = 1 in each head",
  fix: "Take the softmax over the last axis of the scores: dim=-1, and not dim=1.",
  isPossible: hasHeads,
  variants: (given) => [overHeads(given)],
};

/**
 * Makes a variant that combines the outputs of several heads. It computes them as one attention over the keys of all
 * heads, in which each head has the same weight.
 */
const combineHeads = (
  all: (task: Task) => readonly Task[],
  how: "mean" | "sum",
  parameters: Parameters = { how },
): Variant => {
  const joined = new WeakMap<Task, ReturnType<typeof joinedKeys>>();
  return {
    parameters,
    make(task, row) {
      const tasks = all(task);
      const starts = tasks.map((_, at) => sumOver(tasks.slice(0, at), ({ key }) => key.rows));
      const parts = remember(joined, task, () => joinedKeys(tasks));
      const scores = Float64Array.from(tasks.flatMap((own) => Array.from(scoresOfRow(own, row))));
      return makeRow({ ...task, ...parts }, row, scores, (...of) => {
        const weights = inParts(starts, () => 1)(...of);
        return how === "mean" ? weights : weights.map((weight) => weight * tasks.length);
      });
    },
  };
};

/** Returns the mean of a matrix over all heads. */
const mean = (tasks: readonly Task[], part: Part): Matrix =>
  mapCells(tasks[0][part], (_, row, col) => {
    const sum = sumOver(tasks, ({ [part]: { data, cols } }) => data[row * cols + col]);
    return sum / tasks.length;
  });

/** Returns two attentions, or only one if they are the same. */
const distinctOf = (task: Task, other: Task): readonly Task[] => [...new Set([task, other])];

const areWhole = (tasks: readonly Task[]) => tasks.every(({ dropped }) => !dropped);

export const HEADS_PUT_TOGETHER: readonly KernelMistake[] = [
  {
    id: "heads-put-together",
    step: "output",
    title: "Heads were added up or averaged: their outputs, or what goes into them.",
    formula: "head h of the output is made of head h of query, key and value",
    fix: "Keep the axis of heads until they are laid side by side; look for a sum or mean over it.",
    isPossible: ({ tasks }) => tasks.length > 1 && areWhole(tasks),
    variants: ({ tasks }) => [
      combineHeads(() => tasks, "mean"),
      combineHeads(() => tasks, "sum"),
      ...Object.entries(PARTS).map(([of, parts]) => {
        const means = new Map<Part, Matrix>();
        return replacing(parts, (_, part) => remember(means, part, () => mean(tasks, part)), {
          how: "mean",
          of,
        });
      }),
    ],
  },
  {
    id: "output-accumulated",
    step: "output",
    title: "The output of another head or batch was added to that of this one.",
    formula: "O = A V of one head",
    fix: "Clear the accumulator, or the buffer of the output, before each head.",
    isPossible: ({ tasks }) => areWhole(tasks),
    variants: ({ tasks, otherBatches = [] }) => [
      combineHeads(({ head }) => tasks.slice(0, head + 1), "sum", { of: "all heads before" }),
      ...otherBatches.map((other) =>
        combineHeads((task) => distinctOf(task, other.tasks[task.head] ?? task), "sum", {
          batch: other.batch,
        }),
      ),
      ...tasks.map((other) => combineHeads((task) => distinctOf(task, other), "sum", { head: other.head })),
    ],
  },
];
