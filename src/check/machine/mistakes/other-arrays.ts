import { createMatrix, type Matrix, sameShape } from "../../../math/matrix.js";
import type { MistakeText } from "../../mistakes/mistake.js";
import type { Task } from "../task.js";
import { inOrderOfAll } from "./heads.js";
import {
  everyTask,
  hasBatches,
  type KernelMistake,
  PARTS,
  type Part,
  replacing,
  type SearchContext,
  type Variant,
} from "./kernel-mistake.js";
import { tilesBelow } from "./online.js";
import { type Order, transposed } from "./orders.js";

// Mistakes in finding query, key or value: another batch, another layout.

function* ofOtherBatches({ allBatches = [] }: SearchContext): Generator<Variant> {
  for (const { batch, tasks } of allBatches)
    for (const which of ["keys and values", "keys alone", "values alone", "queries alone"] as const)
      yield replacing(PARTS[which], (task, part) => (tasks[task.head] ?? task)[part], { batch, which });
}

/** Returns the numbers of a matrix in another order, in the same shape. */
const inOrder = ({ rows, cols, data }: Matrix, order: Order): Matrix =>
  createMatrix(rows, cols, (row, col) => data[order(row * cols + col, rows * cols)]);

/** Returns a matrix whose stored numbers are read column by column. */
export const readByColumns = (task: Task, part: Part) => inOrder(task[part], transposed(task[part].cols));

/** Returns the numbers of the transposed matrix, read row by row in the shape of the matrix. */
const takenForRows = (task: Task, part: Part) => inOrder(task[part], transposed(task[part].rows));

/** Makes a variant in which each square tile of a matrix is transposed. Incomplete tiles stay unchanged. */
const inTurnedTiles = (which: keyof typeof PARTS, tile: number): Variant =>
  replacing(
    PARTS[which],
    (task, part) => {
      const { rows, cols, data } = task[part];
      return createMatrix(rows, cols, (row, col) => {
        const [first, left] = [row - (row % tile), col - (col % tile)];
        const isWhole = first + tile <= rows && left + tile <= cols;
        return isWhole ? data[(first + col - left) * cols + left + row - first] : data[row * cols + col];
      });
    },
    { tile, which },
  );

/**
 * Makes a variant in which the numbers of each whole tile are read as if they were those of the transposed tile, in
 * the shape of the tile: by a reshape in place of a transpose.
 */
const inReshapedTiles = (which: keyof typeof PARTS, tile: number, isByColumns: boolean): Variant =>
  replacing(
    PARTS[which],
    (task, part) => {
      const { rows, cols } = task[part];
      const size = tile * cols;
      const order = transposed(isByColumns ? cols : tile);
      return inOrder(task[part], (place) => {
        const first = place - (place % size);
        return first + size > rows * cols ? place : first + order(place - first, size);
      });
    },
    { tile, which, read: isByColumns ? "column by column" : "as columns" },
  );

/** Yields every way to confuse query, key and value. */
function* swapped(): Generator<Variant> {
  const parts = PARTS["query, key and value"];
  for (const query of parts)
    for (const key of parts)
      for (const value of parts) {
        const taken = { query, key, value };
        const others = parts.filter((part) => taken[part] !== part);
        const parameters = Object.fromEntries(others.map((part) => [`as ${part}`, taken[part]]));
        if (others.length > 0) yield replacing(parts, (task, part) => task[taken[part]], parameters);
      }
}

const areAlike = everyTask(({ query, key, value }) => [key, value].every((own) => sameShape(own, query)));

/** Also tried in some keys only: a last tile often has a loop of its own. */
export const tilesTransposed: KernelMistake = {
  id: "tiles-transposed",
  step: "output",
  title: "Tiles of keys or values were read column by column.",
  formula: "s_ij = q_i · k_j, o_i = Σ_j α_ij v_j, with rows of tiles as they are",
  fix: "Swap the strides with which the tile is loaded, or leave out its transpose.",
  variants: ({ tasks: [{ key, value }] }) =>
    tilesBelow(key.rows + 1).flatMap((tile) =>
      (["values alone", "keys alone"] as const).flatMap((which) => [
        ...(tile <= Math.max(key.cols, value.cols) ? [inTurnedTiles(which, tile)] : []),
        ...[true, false].map((isByColumns) => inReshapedTiles(which, tile, isByColumns)),
      ]),
    ),
};

/** Mistakes that are tried if no usual mistake explains an answer. */
export const ARRAYS_MIXED: readonly KernelMistake[] = [
  {
    id: "inputs-swapped",
    step: "q",
    title: "Queries, keys and values were taken for each other.",
    formula: "S = Q Kᵀ / √d_k, O = A V",
    fix: "Look at the order of the arguments, or at that in which a packed array is taken apart.",
    isPossible: areAlike,
    variants: swapped,
  },
  tilesTransposed,
];

/** The mistake of a kernel that is right for keys or values read in another way from what is stored. */
export const storageMisread: MistakeText = {
  id: "storage-misread",
  step: "k",
  title: "Keys, values or other arrays were read wrongly from the way in which they are stored.",
  formula: "page t of batch b is page_table[b, t]; k and v are the stored numbers times their own scales",
  fix: "Compare the index of each row or page, the strides, and the pointer and place of each scale with those of the arrays.",
};

/** The mistake of a kernel that is right for new keys or values that are added to the cache in another way. */
export const newRowsMisplaced: MistakeText = {
  id: "new-rows-misplaced",
  step: "k",
  title: "New keys or values were not written to their place in the cache.",
  formula: "row cache_seqlens[b] of the cache of batch b becomes its new key, and its new value",
  fix: "Write both at the length that each batch has before the new ones are counted, and read the cache after that.",
};

export const OTHER_ARRAYS: readonly KernelMistake[] = [
  {
    id: "batch-misread",
    step: "k",
    title: "Queries, keys or values of another batch were read.",
    formula: "batch b of the output comes from batch b of query, key and value",
    fix: "Advance the pointers from batch to batch: the stride of the batch is not 0.",
    isPossible: hasBatches,
    variants: (given) => [...ofOtherBatches(given), ...inOrderOfAll(given)],
  },
  {
    id: "value-misread",
    step: "output",
    title:
      "Values or keys were read in another layout: (token, column) instead of (column, token), or the reverse.",
    formula: "o_i = Σ_j α_ij v_j, with v_j the row j of an m×d_v array",
    fix: "Swap the strides: the numbers in memory are not those of the transposed shape.",
    isPossible: everyTask(({ value }) => value.rows > 1 && value.cols > 1),
    variants: () => [
      replacing(["value"], readByColumns),
      replacing(["key", "value"], readByColumns, { which: "keys and values" }),
      replacing(["value"], takenForRows, { buffer: "d_v×m" }),
      replacing(["key"], takenForRows, { buffer: "d×m", which: "keys" }),
    ],
  },
];
