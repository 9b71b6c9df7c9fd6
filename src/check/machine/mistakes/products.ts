import { mapCells, sameShape } from "../../../math/matrix.js";
import type { Task } from "../task.js";
import { everyTask, fromWrittenMistake, type KernelMistake, replacing, withTask } from "./kernel-mistake.js";
import { columnsFrom, type Order, reversed, transposed, turnedBy } from "./orders.js";
import { readByColumns } from "./other-arrays.js";

// Mistakes in q·k.

const isSquare = ({ query, key }: Task) => sameShape(query, key);

/** Numbers of columns that a loop over tiles of columns may leave out. */
const LEFT_OUT = [1, 8, 16, 32, 64] as const;

/** Wrong orders of the columns, by description. */
const ORDERS_OF_COLUMNS: Readonly<Record<string, Order>> = {
  "from the last to the first": reversed,
  "the second half first": (col, count) => turnedBy(count / 2)(col, count),
  "neighbours half a head apart": transposed(2),
  "halves side by side": (col, count) => transposed(count / 2)(col, count),
};

export const featuresDropped: KernelMistake = {
  id: "features-dropped",
  step: "scores",
  title:
    "Some columns of queries and keys were left out of the products, or columns of the next rows taken in.",
  formula: "s_ij = Σ_c q_ic k_jc over all d columns",
  fix: "Compute ⌈d / tile⌉ tiles of columns, including the last one, and mask what is behind column d.",
  variants: ({ tasks: [{ query }] }) =>
    [...new Set([...LEFT_OUT, query.cols / 2, query.cols % 16, query.cols % 32])]
      .filter((columns) => Number.isInteger(columns) && columns > 0 && columns < query.cols)
      .map((columns) => {
        const first = query.cols - columns;
        return replacing(
          ["query"],
          ({ query: all }) => mapCells(all, (own, _, col) => (col < first ? own : 0)),
          { first, columns },
        );
      }),
};

export const PRODUCTS: readonly KernelMistake[] = [
  {
    id: "columns-unpaired",
    step: "scores",
    title: "Columns of the queries were multiplied with other columns of the keys.",
    formula: "s_ij = Σ_c q_ic k_jc",
    fix: "Use the same column order for queries and keys: permute both for RoPE, or neither.",
    isPossible: everyTask(({ query }) => query.cols % 2 === 0),
    variants: () =>
      Object.entries(ORDERS_OF_COLUMNS).map(([order, from]) =>
        replacing(["query"], ({ query }) => columnsFrom(query, from), { order }),
      ),
  },
  fromWrittenMistake(
    "scores-transposed",
    () => [withTask((task) => ({ query: task.key, key: task.query }))],
    everyTask(isSquare),
  ),
  fromWrittenMistake("scores-negated", () => [withTask((task) => ({ scale: -task.scale }))]),
  featuresDropped,
  {
    id: "key-misread",
    step: "scores",
    title: "The keys are stored row by row, but were read column by column.",
    formula: "s_ij = q_i · k_j, with k_j the row j of an m×d array",
    fix: "Swap the strides of the keys: Kᵀ is d×m in other strides, not the same numbers in another shape.",
    variants: () => [replacing(["key"], readByColumns)],
  },
];
