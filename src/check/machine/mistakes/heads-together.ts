import { sumOver, tabulate } from "../../../math/lists.js";
import { type Matrix, mapCells } from "../../../math/matrix.js";
import { remember, remembered } from "../../../math/remember.js";
import { type Powers, powersOf, scoresOfRow } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import {
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

/** What is summed over several attentions, by the factor of the exponentials of each. All start from its own maximum. */
type Factor = (part: Powers, own: Powers, all: readonly Powers[]) => number;

const FACTORS = {
  mean: ({ sum }, _, all) => 1 / (sum * all.length),
  sum: ({ sum }) => 1 / sum,
  "one softmax": ({ maximum }, _, all) => {
    const most = Math.max(...all.map((one) => one.maximum));
    return Math.exp(maximum - most) / sumOver(all, (one) => one.sum * Math.exp(one.maximum - most));
  },
  // Only the sum of values is kept, or only that of exponentials.
  accumulator: (_, { sum }) => 1 / sum,
  unshifted: ({ maximum }, own) => Math.exp(maximum - own.maximum) / own.sum,
  "row sum": (part, own, all) => (part === own ? 1 / sumOver(all, ({ sum }) => sum) : 0),
} as const satisfies Readonly<Record<string, Factor>>;

type How = keyof typeof FACTORS;

/**
 * Makes a variant that combines several rows of the output, as one attention over the keys of all of them. The row's own
 * place comes first.
 */
const combined = (
  all: (task: Task, row: number) => readonly Place[],
  how: How,
  parameters: Parameters = { how },
): Variant => {
  const joined = remembered((_: Task) => new Map<string, ReturnType<typeof joinedKeys>>());
  return {
    parameters,
    make(task, row) {
      const places = all(task, row);
      const tasks = places.map(([own]) => own);
      const heads = tasks.map(({ scope }) => scope).join();
      const parts = remember(joined(task), heads, () => joinedKeys(tasks));
      const scores = places.map((place) => scoresOfRow(...place));
      const joinedScores = Float64Array.from(scores.flatMap((own) => Array.from(own)));
      return makeRow({ ...task, ...parts }, row, joinedScores, () => {
        const powers = scores.map(powersOf);
        return Float64Array.from(
          powers.flatMap((part) => {
            const factor = part.sum === 0 ? 0 : FACTORS[how](part, powers[0], powers);
            return Array.from(part.powers, (power) => power * factor);
          }),
        );
      });
    },
  };
};

/** Makes a variant that combines the outputs of several heads, the own one first. */
const combineHeads = (all: (task: Task) => readonly Task[], how: How, parameters?: Parameters) =>
  combined((task, row) => all(task).map((own) => [own, row]), how, parameters);

/** What an accumulator may keep, by how the output is then summed up. */
const KEPT: Partial<Record<How, Parameters>> = {
  sum: {},
  "one softmax": { kept: "the maximum and the sum, too" },
  accumulator: { kept: "the sum of values alone" },
  unshifted: { kept: "the sum of values alone, of which no maximum is taken off" },
  "row sum": { kept: "the sum of exponentials alone" },
};

/**
 * Yields variants in which the accumulator has what was computed before: for the block of queries before or for all
 * blocks before, for other heads, or for other batches.
 */
function* accumulated({ tasks, allBatches = [], dump }: SearchContext): Generator<Variant> {
  for (const [how, kept] of Object.entries(KEPT) as [How, Parameters][]) {
    yield combineHeads(({ head }) => tasks.slice(0, head + 1).reverse(), how, {
      of: "all heads before",
      ...kept,
    });
    for (const { batch, tasks: others } of allBatches)
      yield combineHeads((task) => distinctOf(task, others[task.head] ?? task), how, { batch, ...kept });
    for (const other of tasks)
      yield combineHeads((task) => distinctOf(task, other), how, { head: other.head, ...kept });
    if (!dump) continue;
    for (const tile of tilesBelow(dump.got.rows))
      for (const [of, placesOf] of Object.entries(placesBefore(tasks, dump.got.rows, tile)))
        yield inWrongRows(dump, combined(placesOf, how, { of, tile, ...kept }));
  }
}

/** Returns the rows that a kernel has in place of a row before it: those of the blocks of queries before. */
function placesBefore(tasks: readonly Task[], rows: number, tile: number) {
  const ownBefore = (task: Task, row: number): readonly Place[] =>
    tabulate(Math.floor(row / tile) + 1, (back) => [task, row - back * tile]);
  const lastBlock = Math.floor((rows - 1) / tile) * tile;
  return {
    "the block before": (task: Task, row: number) => ownBefore(task, row).slice(0, 2),
    "all blocks before": ownBefore,
    "the last block of the head before": (task: Task, row: number): readonly Place[] => {
      const before = tasks[task.head - 1];
      const last = lastBlock + (row % tile);
      return before && last < rows
        ? [
            [task, row],
            [before, last],
          ]
        : [[task, row]];
    },
  };
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
    title:
      "The output of another head, batch or block of queries, or its sums, were added to those of this one.",
    formula: "O = A V of one head",
    fix: "Clear the accumulator, with the maximum and the sum, and the buffer of the output, before each head and each block of queries.",
    isPossible: ({ tasks }) => areWhole(tasks),
    variants: accumulated,
  },
];
