import { createMatrix, type Matrix, rowOf } from "../../../math/matrix.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import { indicesWhere } from "../where.js";
import {
  batchesOf,
  collectRow,
  fromWrittenMistake,
  hasHeads,
  type KernelMistake,
  otherAttentions,
  PARTS,
  type Parameters,
  replacing,
  type SearchContext,
  takenFromOthers,
  type Variant,
  withTask,
} from "./kernel-mistake.js";
import { tilesBelow } from "./online.js";
import { type Order, transposed } from "./orders.js";

// Mistakes in finding the numbers of a head.

/** Returns the first head that reads each kv head, in the order of the kv heads. */
export function kvReaders(tasks: readonly Task[]): readonly Task[] {
  const isNew = (task: Task, at: number) => tasks.findIndex(({ key }) => isSame(key, task.key)) === at;
  return tasks.filter(isNew);
}

function isSame(a: Matrix, b: Matrix): boolean {
  return a === b || (a.data.length === b.data.length && a.data.every((value, at) => value === b.data[at]));
}

/**
 * Makes variants in which heads read another kv head: its keys and values, or only one of them. `of` chooses its reader
 * from the index of the right one among `readers`, and from the query head.
 */
const reading = (
  readers: readonly Task[],
  of: (own: number, head: number) => Task | undefined,
  parameters?: Parameters,
): readonly Variant[] =>
  (["keys and values", "values alone", "keys alone"] as const).map((which) =>
    replacing(
      PARTS[which],
      (task, part) => {
        const own = readers.findIndex(({ key }) => isSame(key, task.key));
        return (of(own, task.head) ?? task)[part];
      },
      which === "keys and values" ? parameters : { ...parameters, which },
    ),
  );

/** Returns the first reader of each kv head, of all batches. */
const readersOf = (given: SearchContext) => batchesOf(given).flatMap(kvReaders);

/** Makes variants in which the kv heads of all batches are read in another order. */
export function inOrderOfAll(given: SearchContext): readonly Variant[] {
  const all = readersOf(given);
  const { length: perBatch } = kvReaders(given.tasks);
  const strides = [1, given.tasks.length].filter((heads) => heads !== perBatch);
  return [
    ...strides.flatMap((heads) =>
      reading(all, (own) => all[Math.floor(own / perBatch) * heads + (own % perBatch)], {
        "heads of a batch": heads,
      }),
    ),
    ...takenFromOthers(all).flatMap(({ parameters: { order }, of }) =>
      order === undefined ? [] : reading(all, of, { order, of: "all batches" }),
    ),
  ];
}

/**
 * A misread layout. "as heads": an array (token, head) is read as (head, token). "as tokens": the reverse. Along
 * columns, columns replace tokens.
 */
type How = "as heads" | "as tokens";
type Along = "rows" | "columns";

/**
 * Returns the head and the row or column of it that a reader with the wrong layout finds in place of another. Each head
 * has `count` rows or columns.
 */
function placeFound(how: How, heads: number, count: number, head: number, at: number) {
  const read = transposed(how === "as heads" ? heads : count)(head * count + at, heads * count);
  return [Math.floor(read / count), read % count] as const;
}

/**
 * Returns the numbers that a reader with the wrong layout finds in place of a head's matrix. Rows are misread in each
 * whole tile.
 */
function matrixFound(
  how: How,
  along: Along,
  all: readonly Matrix[],
  head: number,
  tile = all[head].rows,
): Matrix {
  const { rows, cols } = all[head];
  const found = createMatrix(rows, cols);
  for (let at = 0; along === "rows" && at < rows; at++) {
    const first = at - (at % tile);
    const [other, row] =
      first + tile > rows ? [head, at - first] : placeFound(how, all.length, tile, head, at - first);
    found.data.set(rowOf(all[other], first + row), at * cols);
  }
  for (let at = 0; along === "columns" && at < cols; at++) {
    const [other, col] = placeFound(how, all.length, cols, head, at);
    const { data } = all[other];
    for (let row = 0; row < rows; row++) found.data[row * cols + at] = data[row * cols + col];
  }
  return found;
}

const COLUMNS_READ = { "as heads": "column by column", "as tokens": "head by head" } as const;

function misread(
  tasks: readonly Task[],
  how: How,
  which: "all" | "output" | keyof typeof PARTS,
  along: Along = "rows",
  tile?: number,
): Variant {
  const readers = kvReaders(tasks);
  const isOfOutput = which === "all" || which === "output";
  const parameters = {
    read: along === "rows" ? how : COLUMNS_READ[how],
    ...(which !== "all" && { which }),
    ...(tile && { "in each": tile }),
  };
  const read = replacing(
    isOfOutput ? PARTS["query, key and value"] : PARTS[which],
    (task, part) => {
      const all = (part === "query" ? tasks : readers).map((one) => one[part]);
      const head = Math.floor((task.head * all.length) / tasks.length);
      return matrixFound(how, along, all, head, tile);
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
      return collectRow(
        task,
        row,
        (col) => {
          const [count, at] = along === "rows" ? [task.query.rows, row] : [task.value.cols, col];
          const [head, found] = placeFound(back, tasks.length, count, task.head, at);
          return along === "rows" ? [tasks[head], found, col] : [tasks[head], row, found];
        },
        make,
      );
    },
  };
}

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

/** The same mistake in a single array, or in each page of it. It is tried if no usual mistake explains an answer. */
export const singleMisread: KernelMistake = {
  ...axesMisread,
  variants: ({ tasks }) =>
    (["as heads", "as tokens"] as const).flatMap((how) =>
      (["queries alone", "keys alone", "values alone", "keys and values"] as const).flatMap((which) =>
        [undefined, ...tilesBelow(tasks[0].key.rows)].map((tile) => misread(tasks, how, which, "rows", tile)),
      ),
    ),
};

/** Makes variants for packed queries, keys and values: packed per head but read per array, or the reverse. */
function packedOtherwise(tasks: readonly Task[]): readonly Variant[] {
  const parts = PARTS["query, key and value"];
  const all = parts.flatMap((part) => tasks.map((task) => task[part]));
  if (all.some(({ rows, cols }) => rows !== all[0].rows || cols !== all[0].cols)) return [];
  const inOrder = (order: Order, read: string) =>
    replacing(parts, ({ head }, part) => all[order(parts.indexOf(part) * tasks.length + head, all.length)], {
      read,
    });
  return [
    inOrder(transposed(tasks.length), "query, key and value of each head together"),
    inOrder(transposed(parts.length), "queries of all heads, then keys, then values"),
  ];
}

const areSeveral = ({ tasks }: SearchContext) => kvReaders(tasks).length > 1;
const areShared = (given: SearchContext) =>
  areSeveral(given) && kvReaders(given.tasks).length < given.tasks.length;
const READS = "query head h reads kv head ⌊h·G/H⌋";

export const HEADS: readonly KernelMistake[] = [
  fromWrittenMistake(
    "kv-heads-tiled",
    ({ tasks }) => {
      const readers = kvReaders(tasks);
      return reading(readers, (_, head) => readers[head % readers.length]);
    },
    areShared,
  ),
  {
    id: "kv-head-other",
    step: "k",
    title: "Query heads read a kv head, or queries, that are not theirs.",
    formula: READS,
    fix: "Neighbouring query heads share one kv head: divide the index of the query head by the size of the group. Advance the pointers from head to head.",
    isPossible: areSeveral,
    variants(given) {
      const { tasks } = given;
      const readers = kvReaders(tasks);
      const { length: count } = readers;
      // A head behind the last one of a batch is the first one of the next batch.
      const all = readersOf(given);
      const groups = indicesWhere(tasks.length, (group) => group > 0 && tasks.length % group === 0);
      return [
        // If another divisor gives the same heads as an order of them, it is the likelier slip.
        ...(areShared(given) ? groups : [])
          .filter((group) => group * count !== tasks.length)
          .flatMap((group) =>
            reading(all, (own, head) => all[own - (own % count) + Math.floor(head / group)] ?? all.at(-1), {
              "head divided by": group,
            }),
          ),
        ...takenFromOthers(readers, "kv head").flatMap(({ parameters, of }) =>
          reading(readers, of, parameters),
        ),
        ...takenFromOthers(tasks).map(({ parameters, of }) =>
          replacing(["query"], ({ head }) => of(head).query, { ...parameters, which: "queries alone" }),
        ),
      ];
    },
  },
  {
    id: "heads-swapped",
    step: "output",
    title: "The output is that of another head or batch.",
    formula: "head h of the output comes from head h of the query",
    fix: "Check how the index is split into head and batch, and the strides of the output.",
    variants: (given) => otherAttentions(given).map(({ parameters, of }) => withTask(of, parameters)),
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
