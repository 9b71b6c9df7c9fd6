import { typedDecimals } from "../../math/written.js";
import { type Cell, type Cells, cellsOf, columnsOf } from "./items.js";
import type { Placed } from "./place.js";
import type { ReadMatrix } from "./reading.js";
import { numbersOf } from "./runs.js";

/**
 * Returns whether written numbers are in a row or a column, in this order: of a matrix on the sheet, or of an input or a
 * step of its problem. A product with 0 may be left out of a sum, so that there may be others between them.
 */
export function linesOn(
  { sheet: { runs, expected } }: Placed,
  matrices: readonly Pick<ReadMatrix, "cells">[],
): (written: readonly string[]) => boolean {
  const all = [...matrices.map(({ cells }) => cells), ...[...expected.values()].flat().map(cellsOf)];
  const lines: Cells = [
    ...runs.filter(({ isIntermediate }) => !isIntermediate).map(numbersOf),
    ...all.flatMap((cells) => [...cells, ...columnsOf(cells)]),
  ];
  return (written) =>
    lines.some((line) => {
      let found = 0;
      for (const cell of line) if (isWritten(written[found], cell)) found++;
      return found >= written.length;
    });
}

/** How far a number may be from a whole one that is written for it. A factor is seldom rounded to a whole number. */
const WHOLE = 0.05;

function isWritten(written: string | undefined, cell: Cell): boolean {
  if (written === undefined || cell === null) return false;
  const decimals = Math.min(cell.decimals, typedDecimals(written));
  // The sign of a factor may be that of its product: `- 1·2`.
  return (
    Math.abs(Math.abs(cell.value) - Math.abs(Number(written))) <=
    (decimals === 0 ? WHOLE : 0.51 * 10 ** -decimals)
  );
}
