import { createMatrix, type Matrix } from "../../../math/matrix.js";
import { remember } from "../../../math/remember.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import { indicesWhere } from "../where.js";
import {
  alsoOfSheets,
  type KernelMistake,
  onOther,
  type Parameters,
  type RowMaker,
  type Suspicion,
  type Variant,
} from "./kernel-mistake.js";

// What is done wrong in finding the numbers of a head.

/** The first head that reads each kv head, in the order of the kv heads. */
function kvReaders(tasks: readonly Task[]): readonly Task[] {
  const isNew = (task: Task, at: number) => tasks.findIndex(({ key }) => isSame(key, task.key)) === at;
  return tasks.filter(isNew);
}

function isSame(a: Matrix, b: Matrix): boolean {
  return a === b || (a.data.length === b.data.length && a.data.every((value, at) => value === b.data[at]));
}

/** The kv head that is read, by the number of the head and that of its own kv head. */
const reading = (
  tasks: readonly Task[],
  kvHead: (head: number, count: number, own: number) => number,
  parameters?: Parameters,
): Variant => {
  const readers = kvReaders(tasks);
  return onOther((task) => {
    const own = readers.findIndex(({ key }) => isSame(key, task.key));
    const { key, value } = readers[kvHead(task.head, readers.length, own)] ?? task;
    return { ...task, key, value };
  }, parameters);
};

/** Keys of its own kv head, values of another; or the other way round. */
const halfTiled = (tasks: readonly Task[], which: "keys" | "values"): Variant => {
  const readers = kvReaders(tasks);
  return onOther(
    (task) => {
      const { key, value } = readers[task.head % readers.length] ?? task;
      return which === "keys" ? { ...task, key } : { ...task, value };
    },
    { which: `${which} alone` },
  );
};

/** All heads in another order. */
const ORDERS: readonly (readonly [string, (head: number, count: number) => number])[] = [
  ["from the last to the first", (head, count) => count - 1 - head],
  ["each the next", (head, count) => (head + 1) % count],
  ["each the one before", (head, count) => (head + count - 1) % count],
];

/** How one array with all heads is read when its first two axes are taken for each other. */
function misread(
  tasks: readonly Task[],
  how: "as heads" | "as tokens",
  which: "all" | "query, key and value" | "output" | keyof typeof SINGLE,
): Variant {
  const known = new Map<number, Task>();
  const partly = new WeakMap<Task, Task>();
  /** What is found at (head, row) by someone who is wrong about the layout. */
  const found = (head: number, row: number, heads: number, count: number) =>
    headAndRow(how, how === "as heads" ? head * count + row : row * heads + head, heads, count);
  const rebuilt = (matrices: readonly Matrix[], head: number): Matrix => {
    const [{ rows, cols }] = matrices;
    const data = new Float64Array(rows * cols);
    for (let row = 0; row < rows; row++) {
      const [sourceHead, sourceRow] = found(head, row, matrices.length, rows);
      const source = matrices[sourceHead].data;
      data.set(source.subarray(sourceRow * cols, (sourceRow + 1) * cols), row * cols);
    }
    return { rows, cols, data };
  };
  const readers = kvReaders(tasks);
  const rebuiltTask = (head: number): Task => {
    const kvHead = Math.floor((head * readers.length) / tasks.length);
    const all = (name: "query" | "key" | "value", of: readonly Task[]) => of.map((task) => task[name]);
    return {
      ...tasks[head],
      query: rebuilt(all("query", tasks), head),
      key: rebuilt(all("key", readers), kvHead),
      value: rebuilt(all("value", readers), kvHead),
    };
  };
  const other = (head: number) => remember(known, head, () => rebuiltTask(head));
  return {
    parameters: { read: how, ...(which !== "all" && { which }) },
    make(task, row) {
      if (which === "query, key and value") return makeRow(other(task.head), row);
      const single = SINGLE[which as keyof typeof SINGLE];
      if (single) {
        const mixed = remember(partly, task, () => {
          const made = other(task.head);
          return { ...task, ...Object.fromEntries(single.map((part) => [part, made[part]])) };
        });
        return makeRow(mixed, row);
      }
      const heads = tasks.length;
      const count = task.query.rows;
      // The output is written to where someone finds it who knows the layout.
      const place = how === "as heads" ? row * heads + task.head : task.head * count + row;
      const [otherHead, otherRow] = headAndRow(
        how === "as heads" ? "as tokens" : "as heads",
        place,
        heads,
        count,
      );
      return makeRow(which === "output" ? tasks[otherHead] : other(otherHead), otherRow);
    },
  };
}

/** The head and row whose numbers lie at a place, of an array that is read so: it lies token by token, or head by head. */
function headAndRow(
  how: "as heads" | "as tokens",
  place: number,
  heads: number,
  count: number,
): readonly [head: number, row: number] {
  return how === "as heads"
    ? [place % heads, Math.floor(place / heads)]
    : [Math.floor(place / count), place % count];
}

/** The output of another head or batch; a head is not swapped with itself. */
function* swaps({ tasks, otherBatches = [] }: Suspicion): Generator<Variant> {
  const isOfSeveral = tasks.length > 1;
  for (const { head } of isOfSeveral ? tasks : [])
    yield { parameters: { head }, make: (task, row) => makeRow(tasks[head] ?? task, row) };
  for (const [order, other] of isOfSeveral ? ORDERS : []) {
    const of = (head: number) => tasks[other(head, tasks.length)];
    yield { parameters: { order }, make: (task, row) => makeRow(of(task.head) ?? task, row) };
  }
  for (const { batch, tasks: others } of otherBatches)
    yield { parameters: { batch }, make: (task, row) => makeRow(others[task.head] ?? task, row) };
}

/** Arrays of which one is read otherwise. */
const SINGLE: Readonly<Record<string, readonly ("query" | "key" | "value")[]>> = {
  "queries alone": ["query"],
  "keys alone": ["key"],
  "values alone": ["value"],
  "keys and values": ["key", "value"],
};

export const AXES_MISREAD = "axes-misread";

const axesMisread: Omit<KernelMistake, "variants"> = {
  id: AXES_MISREAD,
  step: "q",
  title: "Arrays that lie token by token were read head by head, or the other way round.",
  formula: "(batch, token, head, column) is not (batch, head, token, column)",
  fix: "Transpose before the call, or hand over the strides of the layout that the arrays have.",
  isPossible: ({ tasks }) => tasks.length > 1,
};

/** The same of single arrays: tried when nothing usual explains an answer. */
export const singleMisread: KernelMistake = {
  ...axesMisread,
  variants: ({ tasks }) =>
    (["as heads", "as tokens"] as const).flatMap((how) =>
      Object.keys(SINGLE).map((which) => misread(tasks, how, which)),
    ),
};

/** Columns that lie head by head were taken to lie column by column, or the other way round; or q, k and v of a head side by side. */
function columnsMisread(tasks: readonly Task[]): readonly Variant[] {
  const heads = tasks.length;
  const placed = (how: "as heads" | "as tokens", head: number, col: number, cols: number) =>
    headAndRow(how, how === "as heads" ? head * cols + col : col * heads + head, heads, cols);
  const read = (how: "as heads" | "as tokens", part: Part, head: number): Matrix => {
    const { rows, cols } = tasks[head][part];
    return createMatrix(rows, cols, (row, col) => {
      const [other, at] = placed(how, head, col, cols);
      return tasks[other][part].data[row * cols + at];
    });
  };
  const made =
    (how: "as heads" | "as tokens"): RowMaker =>
    (task, row) => {
      const rows = tasks.map((one) => makeRow(one, row));
      const picked = (name: "output" | "squares" | "spread") =>
        Float64Array.from({ length: task.value.cols }, (_, col) => {
          const [other, at] = placed(how, task.head, col, task.value.cols);
          return rows[other]?.[name][at] ?? 0;
        });
      const own = rows[task.head];
      if (!own) return undefined;
      return {
        ...own,
        sample: undefined,
        output: picked("output"),
        squares: picked("squares"),
        spread: picked("spread"),
      };
    };
  const all = PARTS.flatMap((part) => tasks.map((task) => task[part]));
  const packed = (place: (head: number, part: number) => number, parameters: Parameters) =>
    onOther(
      (task) => ({
        ...task,
        ...Object.fromEntries(PARTS.map((part, at) => [part, all[place(task.head, at)]])),
      }),
      parameters,
    );
  const areAlike = all.every(({ rows, cols }) => rows === all[0].rows && cols === all[0].cols);
  const grouped = (at: number) => (at % 3) * heads + Math.floor(at / 3);
  return [
    ...(["as heads", "as tokens"] as const).flatMap((how) => [
      { parameters: { read: COLUMN_BY[how], which: "output" }, make: made(how) },
      onOther(
        (task) => ({
          ...task,
          ...Object.fromEntries(PARTS.map((part) => [part, read(how, part, task.head)])),
        }),
        {
          read: COLUMN_BY[how],
          which: "query, key and value",
        },
      ),
    ]),
    ...(areAlike
      ? [
          packed((head, part) => 3 * head + part, { read: "q, k and v of each head together" }),
          packed((head, part) => grouped(part * heads + head), { read: "q of all heads, then k, then v" }),
        ]
      : []),
  ];
}

const PARTS = ["query", "key", "value"] as const;
type Part = (typeof PARTS)[number];
const COLUMN_BY = { "as heads": "column by column", "as tokens": "head by head" } as const;

const SHARING = "query head h reads kv head ⌊h·G/H⌋";
const areSeveral = ({ tasks }: Suspicion) => kvReaders(tasks).length > 1;

export const HEADS: readonly KernelMistake[] = [
  alsoOfSheets(
    "kv-heads-tiled",
    ({ tasks }) => [
      reading(tasks, (head, count) => head % count),
      halfTiled(tasks, "values"),
      halfTiled(tasks, "keys"),
    ],
    (given) => areSeveral(given) && kvReaders(given.tasks).length < given.tasks.length,
  ),
  {
    id: "kv-head-shifted",
    step: "k",
    title: "Each query head read the kv head beside its own.",
    formula: SHARING,
    fix: "Neighbouring query heads share one kv head; the first of them read kv head 0.",
    isPossible: areSeveral,
    variants: ({ tasks }) =>
      [1, -1].map((shift) => reading(tasks, (_, count, own) => (own + shift + count) % count, { shift })),
  },
  {
    id: "kv-head-shared",
    step: "k",
    title: "Query heads read one kv head that is not theirs.",
    formula: SHARING,
    fix: "Move the pointer of keys and values on from head to head: its stride is not 0.",
    isPossible: areSeveral,
    variants: ({ tasks }) =>
      kvReaders(tasks).map((_, kvHead) => reading(tasks, () => kvHead, { "kv head": kvHead })),
  },
  {
    id: "kv-head-clamped",
    step: "k",
    title:
      "The number of the query head was divided by another number than the size of its group, or by none.",
    formula: SHARING,
    fix: "Divide the number of the query head by the size of the group.",
    isPossible: (given) => areSeveral(given) && kvReaders(given.tasks).length < given.tasks.length,
    variants: ({ tasks }) => {
      const dividedBy = (group: number, parameters?: Parameters) =>
        reading(tasks, (head, count) => Math.min(Math.floor(head / group), count - 1), parameters);
      const groups = indicesWhere(tasks.length, (group) => group > 1 && tasks.length % group === 0);
      const own = tasks.length / kvReaders(tasks).length;
      return [
        dividedBy(1),
        ...groups.filter((group) => group !== own).map((group) => dividedBy(group, { group })),
      ];
    },
  },
  {
    id: "heads-swapped",
    step: "output",
    title: "The output is that of another head or batch.",
    formula: "head h of the output is made of head h of the query",
    fix: "Check how the index of a head and a batch is taken apart, and the strides of the output.",
    variants: swaps,
  },
  {
    id: "columns-misread",
    step: "q",
    title: "The columns of heads that lie side by side were taken to lie in another order.",
    formula:
      "column c of head h stands at h·d + c; queries, keys and values one behind the other, or as the layout says",
    fix: "Look at the order of the axes (3, heads, columns) in the reshape before the heads are taken apart, or behind them.",
    isPossible: ({ tasks }) => tasks.length > 1,
    variants: ({ tasks }) => columnsMisread(tasks),
  },
  {
    ...axesMisread,
    variants: ({ tasks }) =>
      (["as heads", "as tokens"] as const).flatMap((how) =>
        (["all", "query, key and value", "output"] as const).map((which) => misread(tasks, how, which)),
      ),
  },
];
