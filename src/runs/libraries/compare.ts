import { upTo } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { applyRules, type Library, type LibraryConvention, type LibraryProblem } from "./registry.js";

/** A convention, and the rows of the output or the weights that change because of it. */
interface EffectiveConvention extends LibraryConvention {
  readonly rows: readonly number[];
}

/** A run under the conventions of a library, compared with the run as it was given. */
export type LibraryComparison<Working extends ComparedResult> =
  | { readonly obstacles: readonly string[] }
  | {
      /** The run under the library's conventions, and the settings for it. */
      readonly whole: Working;
      readonly settings: LibraryConvention["settings"];
      /** Rows in which the output or the weights of any head differ from the given run, and the number of all rows. */
      readonly rows: readonly number[];
      readonly of: number;
      /** The rows in which the output differs. */
      readonly outputRows: readonly number[];
      readonly conventions: readonly EffectiveConvention[];
    };

/** What two versions of a run are compared by: the output, and the weights of each head if they are compared. */
export interface ComparedResult {
  readonly output: Matrix;
  readonly weights: readonly Matrix[];
}

/**
 * Computes a run under all conventions of a library, and finds which of them change a row. A convention changes a row
 * if the row is different without it (an empty row that only another alignment causes needs two conventions). If there
 * is no such convention, those that change the row alone are named.
 */
export function compareWithLibrary<Working extends ComparedResult>(
  library: Library,
  problem: LibraryProblem,
  work: (settings: LibraryConvention["settings"]) => Working,
): LibraryComparison<Working> {
  const obstacles = applyRules(problem, library.obstacles);
  if (obstacles.length > 0) return { obstacles };
  const conventions = applyRules(problem, library.conventions);
  const settingsOf = (some: readonly LibraryConvention[]) =>
    Object.assign({}, ...some.map(({ settings }) => settings));
  const computeUnder = (some: readonly LibraryConvention[]) => work(settingsOf(some));
  const plain = computeUnder([]);
  const whole = computeUnder(conventions);
  const rows = differingRows(plain, whole);
  const comparison = {
    whole,
    settings: settingsOf(conventions),
    rows,
    of: plain.output.rows,
    outputRows: rowsApart(plain.output, whole.output),
  };
  if (rows.length === 0) return { ...comparison, conventions: conventions.map((own) => ({ ...own, rows })) };
  const judged = conventions.map((convention) => ({
    convention,
    alone: new Set(differingRows(plain, computeUnder([convention]))),
    needed: new Set(differingRows(whole, computeUnder(conventions.filter((other) => other !== convention)))),
  }));
  // If several conventions have the same effect on a row, none of them is needed alone. All are named.
  const isNeeded = (row: number) => judged.some(({ needed }) => needed.has(row));
  return {
    ...comparison,
    conventions: judged.map(({ convention, alone, needed }) => ({
      ...convention,
      rows: rows.filter((row) => (isNeeded(row) ? needed : alone).has(row)),
    })),
  };
}

/**
 * A difference larger than this is not rounding error. It is relative to the larger number, or absolute for numbers
 * below 1.
 */
const DIFFERENT = 1e-12;

/** Returns the rows in which the outputs or the weights of any head differ. */
function differingRows(before: ComparedResult, after: ComparedResult) {
  if (before === after) return [];
  const apart = new Set(rowsApart(before.output, after.output));
  for (const [head, weights] of before.weights.entries()) {
    for (const row of rowsApart(weights, after.weights[head])) apart.add(row);
  }
  return [...apart].sort((a, b) => a - b);
}

function rowsApart(before: Matrix, after: Matrix) {
  if (before === after) return [];
  const differs = (row: number) => {
    for (let at = row * before.cols; at < (row + 1) * before.cols; at++) {
      const [a, b] = [before.data[at], after.data[at]];
      if (Object.is(a, b) || a === b) continue;
      if (!(Math.abs(a - b) <= DIFFERENT * Math.max(1, Math.abs(a), Math.abs(b)))) return true;
    }
    return false;
  };
  return upTo(before.rows).filter(differs);
}
