import type { Matrix } from "../../../math/matrix.js";
import type { Task } from "../task.js";
import { type KernelMistake, onOther, type Suspicion, type Variant } from "./kernel-mistake.js";

// What is done wrong in finding one of query, key and value: another batch, another layout.

const PARTS = [
  ["keys and values", ["key", "value"]],
  ["keys", ["key"]],
  ["values", ["value"]],
  ["queries", ["query"]],
  ["all", ["query", "key", "value"]],
] as const;

const taking = (task: Task, other: Task | undefined, parts: readonly ("query" | "key" | "value")[]): Task =>
  other ? { ...task, ...Object.fromEntries(parts.map((part) => [part, other[part]])) } : task;

function* ofOtherBatches({ otherBatches = [] }: Suspicion): Generator<Variant> {
  for (const { batch, tasks } of otherBatches)
    for (const [which, parts] of PARTS.slice(0, 4))
      yield onOther((task) => taking(task, tasks[task.head], parts), { batch, which });
}

/** The numbers of a matrix as they lie, read column by column. */
function readByColumns({ rows, cols, data }: Matrix): Matrix {
  const read = new Float64Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let col = 0; col < cols; col++) read[row * cols + col] = data[col * rows + row];
  return { rows, cols, data: read };
}

/** The numbers of the transposed matrix, which lie in memory, taken for those of the matrix. */
function takenForRows({ rows, cols, data }: Matrix): Matrix {
  const read = new Float64Array(data.length);
  for (let at = 0; at < data.length; at++) read[at] = data[(at % rows) * cols + Math.floor(at / rows)];
  return { rows, cols, data: read };
}

export const OTHER_ARRAYS: readonly KernelMistake[] = [
  {
    id: "batch-misread",
    step: "k",
    title: "Keys or values of another batch were read.",
    formula: "batch b of the output is made of batch b of query, key and value",
    fix: "Move the pointers on from batch to batch: the stride of the batch is not 0.",
    isPossible: ({ otherBatches = [] }) => otherBatches.length > 1,
    variants: ofOtherBatches,
  },
  {
    id: "value-misread",
    step: "output",
    title:
      "Values or keys were read in another layout: (token, column) for (column, token), or the other way round.",
    formula: "o_i = Σ_j α_ij v_j, with v_j the row j of an m×d_v array",
    fix: "Swap the strides: the numbers in memory are not those of the transposed shape.",
    isPossible: ({ tasks }) => tasks.every(({ value }) => value.rows > 1 && value.cols > 1),
    variants: () => [
      onOther((task) => ({ ...task, value: readByColumns(task.value) })),
      onOther((task) => ({ ...task, key: readByColumns(task.key), value: readByColumns(task.value) }), {
        which: "keys and values",
      }),
      onOther((task) => ({ ...task, value: takenForRows(task.value) }), { buffer: "d_v×m" }),
      onOther((task) => ({ ...task, key: takenForRows(task.key) }), { buffer: "d×m", which: "keys" }),
    ],
  },
];
