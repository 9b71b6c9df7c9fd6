import { sumOver, tabulate } from "../../../math/lists.js";
import { type Matrix, mapCells } from "../../../math/matrix.js";
import { remember } from "../../../math/remember.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import {
  type Dump,
  hasHeads,
  inWrongRows,
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
import { tilesBelow } from "./online.js";
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

/** A row of the output of an attention. */
type Place = readonly [task: Task, row: number];

/**
 * Makes a variant that combines several rows of the output. It computes them as one attention over the keys of all of
 * them, in which each has the same weight, or in which all scores share a softmax.
 */
const combined = (
  all: (task: Task, row: number) => readonly Place[],
  how: "mean" | "sum" | "one softmax",
  parameters: Parameters = { how },
): Variant => {
  const joined = new WeakMap<Task, Map<number, ReturnType<typeof joinedKeys>>>();
  return {
    parameters,
    make(task, row) {
      const places = all(task, row);
      const tasks = places.map(([own]) => own);
      const starts = tasks.map((_, at) => sumOver(tasks.slice(0, at), ({ key }) => key.rows));
      const ofTask = remember(joined, task, () => new Map<number, ReturnType<typeof joinedKeys>>());
      const parts = remember(ofTask, tasks.length, () => joinedKeys(tasks));
      const scores = Float64Array.from(places.flatMap((place) => Array.from(scoresOfRow(...place))));
      if (how === "one softmax") return makeRow({ ...task, ...parts }, row, scores);
      return makeRow({ ...task, ...parts }, row, scores, (...of) => {
        const weights = inParts(starts, () => 1)(...of);
        return how === "mean" ? weights : weights.map((weight) => weight * tasks.length);
      });
    },
  };
};

/** Makes a variant that combines the outputs of several heads. */
const combineHeads = (
  all: (task: Task) => readonly Task[],
  how: "mean" | "sum" | "one softmax",
  parameters?: Parameters,
) => combined((task, row) => all(task).map((own) => [own, row]), how, parameters);

/**
 * Yields variants in which the accumulator has what was computed before: for the block of queries before or for all
 * blocks before, for other heads, or for other batches.
 */
function* accumulated({ tasks, otherBatches = [], dump }: SearchContext): Generator<Variant> {
  const hows = { sum: {}, "one softmax": { kept: "the maximum and the sum, too" } } as const;
  for (const how of ["sum", "one softmax"] as const) {
    const added = hows[how];
    yield combineHeads(({ head }) => tasks.slice(0, head + 1), how, { of: "all heads before", ...added });
    for (const { batch, tasks: others } of otherBatches)
      yield combineHeads((task) => distinctOf(task, others[task.head] ?? task), how, { batch, ...added });
    for (const other of tasks)
      yield combineHeads((task) => distinctOf(task, other), how, { head: other.head, ...added });
    for (const tile of dump ? tilesBelow(dump.got.rows) : []) {
      const rowsOf = (row: number) => tabulate(Math.floor(row / tile) + 1, (back) => row - back * tile);
      const placesOf = (most: number) => (task: Task, row: number) =>
        rowsOf(row)
          .slice(0, most)
          .map((own) => [task, own] as const);
      for (const [of, most] of Object.entries({ "the block before": 2, "all blocks before": Infinity }))
        yield inWrongRows(dump as Dump, combined(placesOf(most), how, { of, tile, ...added }));
    }
  }
}

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
    title: "The output of another head, batch or block of queries was added to that of this one.",
    formula: "O = A V of one head",
    fix: "Clear the accumulator, with the maximum and the sum, and the buffer of the output, before each head and each block of queries.",
    isPossible: ({ tasks }) => areWhole(tasks),
    variants: accumulated,
  },
];
