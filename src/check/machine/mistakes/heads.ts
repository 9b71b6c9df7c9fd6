import type { Matrix } from "../../../math/matrix.js";
import { kvHeadsTiled } from "../../mistakes/heads.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import { alsoOfSheets, type KernelMistake, onOther, type Suspicion, type Variant } from "./kernel-mistake.js";

// What is done wrong in finding the numbers of a head.

/** The first head that reads each kv head, in the order of the kv heads. */
function kvReaders(tasks: readonly Task[]): readonly Task[] {
  const isNew = (task: Task, at: number) => tasks.findIndex(({ key }) => isSame(key, task.key)) === at;
  return tasks.filter(isNew);
}

function isSame(a: Matrix, b: Matrix): boolean {
  return a === b || (a.data.length === b.data.length && a.data.every((value, at) => value === b.data[at]));
}

/** The kv head that is read, by the number of the head. */
const reading = (
  tasks: readonly Task[],
  kvHead: (head: number, count: number, own: number) => number,
): Variant => {
  const readers = kvReaders(tasks);
  return onOther((task) => {
    const own = readers.findIndex(({ key }) => isSame(key, task.key));
    const { key, value } = readers[kvHead(task.head, readers.length, own)] ?? task;
    return { ...task, key, value };
  });
};

const isGrouped = ({ tasks }: Suspicion) => {
  const count = kvReaders(tasks).length;
  return count > 1 && count < tasks.length;
};

const FORMULA = "query head h reads kv head ⌊h·G/H⌋";

const kvHeadShifted: KernelMistake = {
  id: "kv-head-shifted",
  step: "k",
  title: "Each query head read the kv head beside its own.",
  formula: FORMULA,
  fix: "Neighbouring query heads share one kv head; the first of them read kv head 0.",
  variants(given) {
    if (kvReaders(given.tasks).length < 2) return [];
    return [1, -1].map((shift) => ({
      ...reading(given.tasks, (_, count, own) => (own + shift + count) % count),
      parameters: { shift },
    }));
  },
};

const kvHeadShared: KernelMistake = {
  id: "kv-head-shared",
  step: "k",
  title: "Every query head read kv head 0.",
  formula: FORMULA,
  fix: "Move the pointer of keys and values on from head to head: its stride is not 0.",
  variants: ({ tasks }) => (kvReaders(tasks).length < 2 ? [] : [reading(tasks, () => 0)]),
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

const headsSwapped: KernelMistake = {
  id: "heads-swapped",
  step: "output",
  title: "The output is that of another head or batch.",
  formula: "head h of the output is made of head h of the query",
  fix: "Check how the index of a head and a batch is taken apart, and the strides of the output.",
  *variants({ tasks, otherBatches = [] }) {
    for (const { head } of tasks.length > 1 ? tasks : []) {
      yield {
        parameters: { head },
        make: (task, row) => (task.head === head ? impossible(task, row) : makeRow(tasks[head] ?? task, row)),
      };
    }
    for (const [order, from] of tasks.length > 1 ? ORDERS : []) {
      const of = (head: number) => tasks[from(head, tasks.length)];
      yield { parameters: { order }, make: (task, row) => makeRow(of(task.head) ?? task, row) };
    }
    for (const { batch, tasks: others } of otherBatches) {
      yield { parameters: { batch }, make: (task, row) => makeRow(others[task.head] ?? task, row) };
    }
  },
};

/** All heads in another order. */
const ORDERS: readonly (readonly [string, (head: number, count: number) => number])[] = [
  ["from the last to the first", (head, count) => count - 1 - head],
  ["each the next", (head, count) => (head + 1) % count],
  ["each the one before", (head, count) => (head + count - 1) % count],
];

/** A head is not swapped with itself: then its own output, which is not what was dumped. */
const impossible = (task: Task, row: number) => makeRow(task, row);

const axesMisread: KernelMistake = {
  id: "axes-misread",
  step: "q",
  title: "Arrays that lie token by token were read head by head, or the other way round.",
  formula: "(batch, token, head, column) is not (batch, head, token, column)",
  fix: "Transpose before the call, or hand over the strides of the layout that the arrays have.",
  variants: ({ tasks }) =>
    tasks.length > 1
      ? (["as heads", "as tokens"] as const).flatMap((how) => [
          misread(tasks, how, "all"),
          misread(tasks, how, "query, key and value"),
          misread(tasks, how, "output"),
        ])
      : [],
};

/** How one array with all heads is read when its first two axes are taken for each other. */
function misread(
  tasks: readonly Task[],
  how: "as heads" | "as tokens",
  which: "all" | "query, key and value" | "output",
): Variant {
  const others = new Map<number, Task>();
  const from = (place: number, heads: number, count: number): readonly [head: number, row: number] =>
    how === "as heads"
      ? [place % heads, Math.floor(place / heads)] // it lies token by token
      : [Math.floor(place / count), place % count];
  /** What is found at (head, row) by someone who is wrong about the layout. */
  const found = (head: number, row: number, heads: number, count: number) =>
    from(how === "as heads" ? head * count + row : row * heads + head, heads, count);
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
  const other = (head: number): Task => {
    const known = others.get(head);
    if (known) return known;
    const task = tasks[head];
    const kvHead = Math.floor((head * readers.length) / tasks.length);
    const made = {
      ...task,
      query: rebuilt(
        tasks.map(({ query }) => query),
        head,
      ),
      key: rebuilt(
        readers.map(({ key }) => key),
        kvHead,
      ),
      value: rebuilt(
        readers.map(({ value }) => value),
        kvHead,
      ),
    };
    others.set(head, made);
    return made;
  };
  return {
    parameters: { read: how, ...(which !== "all" && { which }) },
    make(task, row) {
      if (which === "query, key and value") return makeRow(other(task.head), row);
      const heads = tasks.length;
      const count = task.query.rows;
      // The output is written to where someone finds it who knows the layout.
      const place = how === "as heads" ? row * heads + task.head : task.head * count + row;
      const [otherHead, otherRow] =
        how === "as heads"
          ? [Math.floor(place / count), place % count]
          : [place % heads, Math.floor(place / heads)];
      return makeRow(which === "output" ? tasks[otherHead] : other(otherHead), otherRow);
    },
  };
}

export const HEADS: readonly KernelMistake[] = [
  alsoOfSheets(kvHeadsTiled, (given) =>
    isGrouped(given)
      ? [
          reading(given.tasks, (head, count) => head % count),
          halfTiled(given.tasks, "values"),
          halfTiled(given.tasks, "keys"),
        ]
      : [],
  ),
  kvHeadShifted,
  kvHeadShared,
  headsSwapped,
  axesMisread,
];
