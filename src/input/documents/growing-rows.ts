import { tabulate } from "../../math/lists.js";
import { bestOf } from "./names.js";
import { OF_PAIRS } from "./orientation.js";
import type { TitledRun } from "./titles.js";

/** The rows of a causal attention that a sheet works out token by token have 1, 2, 3 … numbers. The first may be left out. */
const FIRST = [1, 2];

/**
 * Fills rows that grow by one number from token to token with blank cells, for the keys that are masked: `weights: 1`
 * below token 1, `weights: 0.2, 0.8` below token 2.
 */
export function withGrowingRows(runs: readonly TitledRun[]): readonly TitledRun[] {
  const filled = new Map<TitledRun, TitledRun>();
  for (const id of OF_PAIRS) {
    const rows = runs.filter((run) => !run.isIntermediate && bestOf(run.clauseNames)?.[0] === id);
    const [{ cells: { length: first } = [], line = 0 } = {}] = rows;
    const width = first + rows.length - 1;
    const isGrowing =
      rows.length > 1 &&
      FIRST.includes(first) &&
      rows.every(({ cells, opens, closes }, at) => cells.length === first + at && opens < 2 && closes < 2) &&
      // Rows below each other, from the first on, are a table.
      (first > 1 || rows[rows.length - 1].line - line >= rows.length);
    if (isGrowing) for (const run of rows) filled.set(run, withBlanks(run, width));
  }
  return filled.size === 0 ? runs : runs.map((run) => filled.get(run) ?? run);
}

/** Returns a row with blank cells up to a width. */
export function withBlanks(run: TitledRun, width: number): TitledRun {
  const last = run.cells[run.cells.length - 1];
  const blank = { ...last, at: last.end, text: "", cell: null };
  return { ...run, cells: tabulate(width, (at) => run.cells[at] ?? blank) };
}
