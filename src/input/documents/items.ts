import { tabulate } from "../../math/lists.js";
import { type Matrix, type Shape, toRows } from "../../math/matrix.js";
import { EXACT_DECIMALS, type WrittenNumber } from "../../math/written.js";

/** A matrix that may be on a sheet: an input, or a step of the run. */
export interface Item {
  /** The name of the input, or the key of the step: "query", "head 0/weights". */
  readonly key: string;
  /** The id that names refer to: "query", "weights". */
  readonly id: string;
  readonly isInput: boolean;
  /** The index of its head, from 0. */
  readonly head?: number;
  /** Whether it is no step: the columns of one head in an input, `W_Q^(1)`. */
  readonly isPart?: true;
  /** Whether it is none of the steps of a run, but stands between two of them on some sheets. */
  readonly isAside?: true;
  /** Whether few sheets have it, like row sums or exponentials. qkv then needs a name for it. */
  readonly isRare: boolean;
  /** Whether each of its rows adds up to 1. */
  readonly addsUpToOne: boolean;
  /** Undefined for an input whose shape is not known. */
  readonly shape?: Shape;
}

/**
 * The numbers that each item may have, by key: the right ones, and those that follow from other matrices on the sheet.
 */
export type Expected = ReadonlyMap<string, readonly Matrix[]>;

/** The problem that a sheet is about. */
export interface Subject {
  /** In the order in which they are computed. */
  readonly items: readonly Item[];
  /**
   * Returns the numbers that items may have, given the matrices that were read. A step's numbers as read are never its
   * own expected numbers.
   */
  readonly predict: (read: ReadonlyMap<string, Matrix>) => Expected;
  /** The names of the tokens along the rows and columns of items. */
  readonly labels: (key: string) => readonly [rows: readonly string[], cols: readonly string[]];
}

/** A cell as it was written; null if it is blank. */
export type Cell = WrittenNumber | null;

/** Rows of cells. */
export type Cells = readonly (readonly Cell[])[];

/** Returns the numbers of a matrix as if they had been written in full. */
export const cellsOf = (matrix: Matrix): Cells =>
  toRows(matrix).map((row) => row.map((value) => ({ value, decimals: EXACT_DECIMALS })));

export const columnsOf = (rows: Cells): Cells => rows[0].map((_, col) => rows.map((row) => row[col] ?? null));

/** Splits a list into the rows of a matrix. */
export const inRows = <Of>(list: readonly Of[], { rows, cols }: Shape): Of[][] =>
  tabulate(rows, (row) => list.slice(row * cols, (row + 1) * cols));

/** Returns cells as a matrix. Returns undefined if a cell is blank or rows have different lengths. */
export function matrixOf(cells: Cells): Matrix | undefined {
  const cols = cells[0]?.length ?? 0;
  const flat = cells.flat().flatMap((cell) => cell?.value ?? []);
  const isWhole =
    cols > 0 && flat.length === cells.length * cols && cells.every((row) => row.length === cols);
  return isWhole ? { rows: cells.length, cols, data: Float64Array.from(flat) } : undefined;
}
