import { type BooleanMatrix, isTrue } from "../math/matrix.js";
import type { Cell, Expression } from "../trace/expression.js";
import { leavesOf } from "./why.js";

// Estimates which cells of its inputs a step uses for cell [row, col], from a few sample cells. Reading the explanation
// of every cell would take seconds for steps that use whole rows and columns.

/** The position of the used cells along one axis of an input: the cell's own row, its own column, or any position. */
type AxisAccess = "row" | "column" | "any";

interface CellAccess {
  readonly row: AxisAccess;
  readonly col: AxisAccess;
}

interface Probe {
  readonly row: number;
  readonly col: number;
  readonly leaves: readonly Cell[];
}

/**
 * Returns whether cell [row, col] may use a marked cell. The answer may be a false yes, but not a false no for steps
 * that behave like the sample cells: if a step uses some cells of a row, all cells of that row count as used.
 */
export function guessCells(
  rows: number,
  cols: number,
  marks: readonly (BooleanMatrix | undefined)[],
  explain: (row: number, col: number) => Expression,
): (row: number, col: number) => boolean {
  const [middleRow, middleCol] = [Math.floor(rows / 2), Math.floor(cols / 2)];
  const places = [[0, middleCol] as const, [middleRow, cols - 1] as const, [rows - 1, 0] as const];
  const probes = places.map(([row, col]) => ({ row, col, leaves: leavesOf(explain(row, col)) }));
  const guesses = marks.flatMap((marked, input) =>
    marked ? [guessFor(marked, accessOf(input, probes))] : [],
  );
  return (row, col) => guesses.some((guess) => guess(row, col));
}

function accessOf(input: number, probes: readonly Probe[]): CellAccess {
  const placeOf = (side: "row" | "col"): AxisAccess => {
    const isAlways = (position: "row" | "col") =>
      probes.every((probe) =>
        probe.leaves.every((leaf) => leaf.input !== input || leaf[side] === probe[position]),
      );
    if (isAlways("row")) return "row";
    return isAlways("col") ? "column" : "any";
  };
  return { row: placeOf("row"), col: placeOf("col") };
}

function guessFor(marked: BooleanMatrix, access: CellAccess): (row: number, col: number) => boolean {
  const rowsWithMark = new Set<number>();
  const colsWithMark = new Set<number>();
  for (let row = 0; row < marked.rows; row++) {
    for (let col = 0; col < marked.cols; col++) {
      if (!isTrue(marked, row, col)) continue;
      rowsWithMark.add(row);
      colsWithMark.add(col);
    }
  }
  return (row, col) => {
    const positions = { row, column: col, any: undefined };
    const [atRow, atCol] = [positions[access.row], positions[access.col]];
    if (atRow !== undefined && atCol !== undefined) return isTrue(marked, atRow, atCol);
    if (atRow !== undefined) return rowsWithMark.has(atRow);
    return atCol === undefined || colsWithMark.has(atCol);
  };
}
