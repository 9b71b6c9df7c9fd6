import { type BooleanMatrix, isTrue } from "../math/matrix.js";
import type { Cell, Expression } from "../trace/expression.js";
import { leavesOf } from "./why.js";

// Which cells of its inputs a step uses for cell [row, col], learnt from a few cells. It serves where reading the
// explanation of every cell would take seconds: the steps that use whole rows and columns.

/** Where along one axis of an input the used cells stand: at the cell's own row, at its own column, or anywhere. */
type Place = "row" | "column" | "any";

interface Access {
  readonly row: Place;
  readonly col: Place;
}

interface Probe {
  readonly row: number;
  readonly col: number;
  readonly leaves: readonly Cell[];
}

/**
 * Whether cell [row, col] may use a marked cell. It says yes too often rather than too seldom: of a row that is used,
 * it takes every cell to be used.
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

function accessOf(input: number, probes: readonly Probe[]): Access {
  const placeOf = (side: "row" | "col"): Place => {
    const isAlways = (own: "row" | "col") =>
      probes.every((probe) =>
        probe.leaves.every((leaf) => leaf.input !== input || leaf[side] === probe[own]),
      );
    if (isAlways("row")) return "row";
    return isAlways("col") ? "column" : "any";
  };
  return { row: placeOf("row"), col: placeOf("col") };
}

function guessFor(marked: BooleanMatrix, access: Access): (row: number, col: number) => boolean {
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
    const own = { row, column: col, any: undefined };
    const [atRow, atCol] = [own[access.row], own[access.col]];
    if (atRow !== undefined && atCol !== undefined) return isTrue(marked, atRow, atCol);
    if (atRow !== undefined) return rowsWithMark.has(atRow);
    return atCol === undefined || colsWithMark.has(atCol);
  };
}
