import { type Matrix, mapCells } from "../../../../math/matrix.js";
import { remember, remembered } from "../../../../math/remember.js";
import { transposed } from "../../mistakes/orders.js";
import { listColumns } from "../../mistakes/some-cells.js";
import {
  cells,
  type GradientSearchContext,
  otherHeads,
  type ReplayedHead,
  TILES,
} from "./gradient-mistake.js";

// What a backward pass reads in place of a tensor: another tensor, other rows, another head, another layout.

const columnOf = remembered((data: Float64Array): Matrix => ({ rows: data.length, cols: 1, data }));

/** The tensors of a head with one row per query or key. */
const TENSORS = {
  Q: ({ task }: ReplayedHead) => task.query,
  K: ({ task }: ReplayedHead) => task.key,
  V: ({ task }: ReplayedHead) => task.value,
  dO: ({ gradient }: ReplayedHead) => gradient,
  O: ({ outputs }: ReplayedHead) => outputs,
  L: ({ logSumExp }: ReplayedHead) => columnOf(logSumExp),
} as const;

export type Tensor = keyof typeof TENSORS;

/** What is read in place of a tensor of a head, with its description. */
export interface Reading {
  readonly read: string;
  of(tensor: Tensor, head: ReplayedHead): Matrix;
}

/** Returns the other tensors that have the same shape. */
export const likeIt = (
  { heads: [head] }: Pick<GradientSearchContext, "heads">,
  tensor: Tensor,
): readonly Reading[] => {
  const { rows, cols } = TENSORS[tensor](head);
  return Object.entries(TENSORS).flatMap(([read, of]) => {
    const own = of(head);
    return read !== tensor && own.rows === rows && own.cols === cols
      ? [{ read, of: (_, one) => of(one) }]
      : [];
  });
};

/** By how many rows kernels miss the right row: the row before or after, or a row of another tile. */
const SHIFTS = [1, 8, 16, 32, 64, 128].flatMap((by) => [by, -by]);

/** Yields the wrong places at which tensors with `rows` rows per head are read. */
export function* wrongPlaces(given: GradientSearchContext, tensor: Tensor): Generator<Reading> {
  const { heads, kvHeads } = given;
  const { rows } = TENSORS[tensor](heads[0]);
  /** Reads rows in another order. They are counted over all heads, one head after the other. */
  const inOrder = (read: string, order: (row: number, count: number) => number): Reading => {
    const known = new WeakMap<Matrix, Matrix>();
    const from = (one: Tensor, head: ReplayedHead) =>
      cells(TENSORS[one](head), (_, row, col) => {
        const at = order(head.index * rows + row, heads.length * rows);
        const { data, cols } = TENSORS[one](heads[Math.floor(at / rows)]);
        return data[(at % rows) * cols + col];
      });
    return { read, of: (one, head) => remember(known, TENSORS[one](head), () => from(one, head)) };
  };
  const inHead = (read: string, order: (row: number) => number) =>
    inOrder(read, (at) => at - (at % rows) + order(at % rows));
  for (const shift of SHIFTS)
    if (Math.abs(shift) < rows)
      yield inHead(`row i ${shift < 0 ? "−" : "+"} ${Math.abs(shift)}`, (row) => (row + shift + rows) % rows);
  for (const tile of TILES) if (tile < rows) yield inHead(`row i mod ${tile}`, (row) => row % tile);
  for (const { parameters, of } of otherHeads(given))
    yield {
      read: `another head: ${Object.entries(parameters).flat().join(" ")}`,
      of: (one, head) => TENSORS[one](of(head)),
    };
  const { cols } = TENSORS[tensor](heads[0]);
  // Without some columns of V or O, a sum over the columns is only part of dP or δ.
  for (const [said, columns] of tensor === "V" || tensor === "O" ? listColumns(cols) : []) {
    const isIn = new Set(columns);
    const only = (matrix: Matrix) => mapCells(matrix, (own, _, col) => (isIn.has(col) ? own : 0));
    yield { read: `columns ${said} alone`, of: (one, head) => only(TENSORS[one](head)) };
  }
  if (heads.length === 1 || (kvHeads < heads.length && (tensor === "K" || tensor === "V"))) return;
  yield inOrder("(head, token) as (token, head)", transposed(rows));
  yield inOrder("(token, head) as (head, token)", transposed(heads.length));
}
