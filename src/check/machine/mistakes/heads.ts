import { sumOver } from "../../../math/lists.js";
import { belowEachOther, createMatrix, type Matrix, mapCells, type Shape } from "../../../math/matrix.js";
import { remember } from "../../../math/remember.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import { indicesWhere } from "../where.js";
import {
  collectRow,
  fromWrittenMistake,
  hasHeads,
  type KernelMistake,
  PARTS,
  type Parameters,
  type Part,
  replacing,
  type SearchContext,
  takenFromOthers,
  type Variant,
  withTask,
  withWeighting,
} from "./kernel-mistake.js";
import { inParts } from "./splits.js";

// Mistakes in finding the numbers of a head.

/** Returns the first head that reads each kv head, in the order of the kv heads. */
function kvReaders(tasks: readonly Task[]): readonly Task[] {
  const isNew = (task: Task, at: number) => tasks.findIndex(({ key }) => isSame(key, task.key)) === at;
  return tasks.filter(isNew);
}

function isSame(a: Matrix, b: Matrix): boolean {
  return a === b || (a.data.length === b.data.length && a.data.every((value, at) => value === b.data[at]));
}

/**
 * Makes variants in which heads read another kv head: its keys and values, or only one of them. `kvHead` chooses it
 * from the head, the number of kv heads and the right kv head.
 */
const reading = (
  tasks: readonly Task[],
  kvHead: (head: number, count: number, own: number) => number,
  parameters?: Parameters,
): readonly Variant[] => {
  const readers = kvReaders(tasks);
  const kvOf = tasks.map((task) => readers.findIndex(({ key }) => isSame(key, task.key)));
  return (["keys and values", "values alone", "keys alone"] as const).map((which) =>
    replacing(
      PARTS[which],
      (task, part) => (readers[kvHead(task.head, readers.length, kvOf[task.head])] ?? task)[part],
      which === "keys and values" ? parameters : { ...parameters, which },
    ),
  );
};

/**
 * A misread layout. "as heads": an array (token, head) is read as (head, token). "as tokens": the reverse. Along
 * columns, columns replace tokens.
 */
type How = "as heads" | "as tokens";
type Along = "rows" | "columns";
type Place = readonly [head: number, row: number, col: number];

/** Returns the place in the real layout that a reader with the wrong layout reads. */
function placeFound(how: How, along: Along, heads: number, { rows, cols }: Shape, place: Place): Place {
  const [head, row, col] = place;
  const [count, at] = along === "rows" ? [rows, row] : [cols, col];
  const [from, found] =
    how === "as heads"
      ? [(head * count + at) % heads, Math.floor((head * count + at) / heads)]
      : [Math.floor((at * heads + head) / count), (at * heads + head) % count];
  return along === "rows" ? [from, found, col] : [from, row, found];
}

const COLUMNS_READ = { "as heads": "column by column", "as tokens": "head by head" } as const;

function misread(
  tasks: readonly Task[],
  how: How,
  which: "all" | "output" | keyof typeof PARTS,
  along: Along = "rows",
): Variant {
  const readers = kvReaders(tasks);
  const isOfOutput = which === "all" || which === "output";
  const parameters = {
    read: along === "rows" ? how : COLUMNS_READ[how],
    ...(which !== "all" && { which }),
  };
  const read = replacing(
    isOfOutput ? PARTS["query, key and value"] : PARTS[which],
    (task, part) => {
      const all = (part === "query" ? tasks : readers).map((one) => one[part]);
      const head = Math.floor((task.head * all.length) / tasks.length);
      const { rows, cols } = all[head];
      return createMatrix(rows, cols, (row, col) => {
        const [other, i, c] = placeFound(how, along, all.length, all[head], [head, row, col]);
        return all[other].data[i * cols + c];
      });
    },
    parameters,
  );
  if (!isOfOutput) return read;
  // The kernel writes the output in the wrong layout, and the dump is read in the right one.
  const back = how === "as heads" ? "as tokens" : "as heads";
  const make = which === "output" ? makeRow : read.make;
  return {
    parameters,
    make(task, row) {
      const shape = { rows: task.query.rows, cols: task.value.cols };
      return collectRow(
        task,
        row,
        (col) => {
          const [head, ...at] = placeFound(back, along, tasks.length, shape, [task.head, row, col]);
          return [tasks[head], ...at];
        },
        make,
      );
    },
  };
}

/** Returns the attentions of other heads and batches in place of each one. */
const swaps = ({ tasks, otherBatches = [] }: SearchContext): readonly Variant[] => [
  ...takenFromOthers(tasks).map(({ parameters, of }) => withTask(({ head }) => of(head), parameters)),
  ...otherBatches.map(({ batch, tasks: others }) => withTask((task) => others[task.head] ?? task, { batch })),
];

export const AXES_MISREAD = "axes-misread";

const axesMisread: Omit<KernelMistake, "variants"> = {
  id: AXES_MISREAD,
  step: "q",
  title:
    "Arrays with the layout (batch, token, head, column) were read as (batch, head, token, column), or the reverse.",
  formula: "(batch, token, head, column) is not (batch, head, token, column)",
  fix: "Transpose before the call, or pass the strides of the arrays' own layout.",
  isPossible: hasHeads,
};

/** The same mistake in a single array. It is tried if no usual mistake explains an answer. */
export const singleMisread: KernelMistake = {
  ...axesMisread,
  variants: ({ tasks }) =>
    (["as heads", "as tokens"] as const).flatMap((how) =>
      (["queries alone", "keys alone", "values alone", "keys and values"] as const).map((which) =>
        misread(tasks, how, which),
      ),
    ),
};

/** Makes variants for packed queries, keys and values: packed per head but read per array, or the reverse. */
function packedOtherwise(tasks: readonly Task[]): readonly Variant[] {
  const parts = PARTS["query, key and value"];
  const all = parts.flatMap((part) => tasks.map((task) => task[part]));
  if (all.some(({ rows, cols }) => rows !== all[0].rows || cols !== all[0].cols)) return [];
  const { length: heads } = tasks;
  return [
    replacing(parts, ({ head }, part) => all[3 * head + parts.indexOf(part)], {
      read: "query, key and value of each head together",
    }),
    replacing(
      parts,
      ({ head }, part) => {
        const at = parts.indexOf(part) * heads + head;
        return all[(at % 3) * heads + Math.floor(at / 3)];
      },
      { read: "queries of all heads, then keys, then values" },
    ),
  ];
}

const SHARING = "query head h reads kv head ⌊h·G/H⌋";
const areSeveral = ({ tasks }: SearchContext) => kvReaders(tasks).length > 1;

export const HEADS: readonly KernelMistake[] = [
  fromWrittenMistake(
    "kv-heads-tiled",
    ({ tasks }) => reading(tasks, (head, count) => head % count),
    (given) => areSeveral(given) && kvReaders(given.tasks).length < given.tasks.length,
  ),
  {
    id: "kv-head-shifted",
    step: "k",
    title: "Each query head read the kv head next to its own.",
    formula: SHARING,
    fix: "Neighbouring query heads share one kv head; the first of them read kv head 0.",
    isPossible: areSeveral,
    variants: ({ tasks }) =>
      [1, -1].flatMap((shift) => reading(tasks, (_, count, own) => (own + shift + count) % count, { shift })),
  },
  {
    id: "kv-head-shared",
    step: "k",
    title: "Query heads read a kv head that is not theirs.",
    formula: SHARING,
    fix: "Advance the pointer of keys and values from head to head: its stride is not 0.",
    isPossible: areSeveral,
    variants: ({ tasks }) =>
      kvReaders(tasks).flatMap((_, kvHead) => reading(tasks, () => kvHead, { "kv head": kvHead })),
  },
  {
    id: "kv-head-clamped",
    step: "k",
    title: "The index of the query head was not divided by the size of its group.",
    formula: SHARING,
    fix: "Divide the index of the query head by the size of the group.",
    isPossible: (given) => areSeveral(given) && kvReaders(given.tasks).length < given.tasks.length,
    variants: ({ tasks }) => {
      const dividedBy = (group: number, parameters?: Parameters) =>
        reading(tasks, (head, count) => Math.min(Math.floor(head / group), count - 1), parameters);
      const groups = indicesWhere(tasks.length, (group) => group > 1 && tasks.length % group === 0);
      const own = tasks.length / kvReaders(tasks).length;
      return [
        ...dividedBy(1),
        ...groups.filter((group) => group !== own).flatMap((group) => dividedBy(group, { group })),
      ];
    },
  },
  {
    id: "heads-swapped",
    step: "output",
    title: "The output is that of another head or batch.",
    formula: "head h of the output comes from head h of the query",
    fix: "Check how the index is split into head and batch, and the strides of the output.",
    variants: swaps,
  },
  {
    id: "columns-misread",
    step: "q",
    title: "The columns of packed heads were read in another order.",
    formula:
      "column c of head h is at h·d + c; queries, keys and values one after the other, or as the layout says",
    fix: "Look at the order of the axes (3, heads, columns) in the reshape before or after the heads are separated.",
    isPossible: hasHeads,
    variants: ({ tasks }) => [
      ...(["as heads", "as tokens"] as const).flatMap((how) =>
        (["output", "query, key and value"] as const).map((which) => misread(tasks, how, which, "columns")),
      ),
      ...packedOtherwise(tasks),
    ],
  },
  {
    ...axesMisread,
    variants: ({ tasks }) =>
      (["as heads", "as tokens"] as const).flatMap((how) =>
        (["all", "query, key and value", "output"] as const).map((which) => misread(tasks, how, which)),
      ),
  },
];

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
  const joined = new WeakMap<Task, Record<"key" | "value", Matrix>>();
  return {
    parameters,
    make(task, row) {
      const tasks = all(task);
      const starts = tasks.map((_, at) => sumOver(tasks.slice(0, at), ({ key }) => key.rows));
      const parts = remember(joined, task, () => ({
        key: belowEachOther(tasks.map(({ key }) => key)),
        value: belowEachOther(tasks.map(({ value }) => value)),
      }));
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
