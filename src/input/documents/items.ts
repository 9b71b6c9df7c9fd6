import type { Matrix, Shape } from "../../math/matrix.js";
import type { WrittenNumber } from "../../math/written.js";

/** A matrix that may stand on a sheet: an input, or a step of the run. */
export interface Item {
  /** The name of the input, or the key of the step: "query", "head 0/weights". */
  readonly key: string;
  /** The id that it is named by. */
  readonly id: string;
  readonly isInput: boolean;
  /** Which head it is of, from 0. */
  readonly head?: number;
  /** Whether few sheets have it, so that it is taken only where it is named: sums of rows, exponentials. */
  readonly isRare: boolean;
  /** Whether each of its rows adds up to 1. */
  readonly addsUpToOne: boolean;
  /** Unknown for an input that nobody gave. */
  readonly shape?: Shape;
}

/** The numbers that each item may have, by key: right ones, and what follows from others on the sheet. */
export type Expected = ReadonlyMap<string, readonly Matrix[]>;

/** What a sheet is about. */
export interface Subject {
  /** In the order in which they are worked out. */
  readonly items: readonly Item[];
  /** The numbers that items may have when some of them were read; never a step's own numbers as read. */
  readonly predict: (read: ReadonlyMap<string, Matrix>) => Expected;
  /** The names of the tokens along the rows and columns of items. */
  readonly labels: (key: string) => readonly [rows: readonly string[], cols: readonly string[]];
}

/** A cell as it was written; null where it was left blank. */
export type Cell = WrittenNumber | null;

/** Rows of cells. */
export type Cells = readonly (readonly Cell[])[];

/** A matrix of cells none of which is blank; undefined for rows of several lengths. */
export function matrixOf(cells: Cells): Matrix | undefined {
  const cols = cells[0]?.length ?? 0;
  const flat = cells.flat().flatMap((cell) => cell?.value ?? []);
  const isWhole =
    cols > 0 && flat.length === cells.length * cols && cells.every((row) => row.length === cols);
  return isWhole ? { rows: cells.length, cols, data: Float64Array.from(flat) } : undefined;
}
