import type { Matrix } from "../../../math/matrix.js";
import type { Task } from "../task.js";
import { type KernelMistake, type Part, replacing, type Suspicion, type Variant } from "./kernel-mistake.js";

// What is done wrong in finding one of query, key and value: another batch, another layout.

const READ = {
  "keys and values": ["key", "value"],
  keys: ["key"],
  values: ["value"],
  queries: ["query"],
} as const;

function* ofOtherBatches({ otherBatches = [] }: Suspicion): Generator<Variant> {
  for (const { batch, tasks } of otherBatches)
    for (const [which, parts] of Object.entries(READ))
      yield replacing(parts, (task, part) => (tasks[task.head] ?? task)[part], { batch, which });
}

/** The numbers of a matrix as they lie, read column by column. */
function readByColumns(task: Task, part: Part): Matrix {
  const { rows, cols, data } = task[part];
  const read = new Float64Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let col = 0; col < cols; col++) read[row * cols + col] = data[col * rows + row];
  return { rows, cols, data: read };
}

/** The numbers of the transposed matrix, which lie in memory, taken for those of the matrix. */
function takenForRows(task: Task, part: Part): Matrix {
  const { rows, cols, data } = task[part];
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
      replacing(["value"], readByColumns),
      replacing(["key", "value"], readByColumns, { which: "keys and values" }),
      replacing(["value"], takenForRows, { buffer: "d_v×m" }),
      replacing(["key"], takenForRows, { buffer: "d×m", which: "keys" }),
    ],
  },
];
