import { upTo } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { heldIn, type Library, type LibraryConvention, type LibraryProblem } from "./conventions.js";

/** A convention, and the rows of the output or the weights that are others because of it. */
interface JudgedConvention extends LibraryConvention {
  readonly rows: readonly number[];
}

/** A run under the conventions of a library, beside the run as it was given. */
export type LibraryComparison<Working extends Worked> =
  | { readonly obstacles: readonly string[] }
  | {
      /** The run under the library's conventions, and the settings that make it so. */
      readonly whole: Working;
      readonly settings: LibraryConvention["settings"];
      /** Rows in which the output or the weights of any head differ from the run as given, and how many there are. */
      readonly rows: readonly number[];
      readonly of: number;
      /** Those of them in which the output differs. */
      readonly outputRows: readonly number[];
      readonly conventions: readonly JudgedConvention[];
    };

/** What two workings of a run are compared by: the output, and of each head the weights where these are compared. */
export interface Worked {
  readonly output: Matrix;
  readonly weights: readonly Matrix[];
}

/**
 * Works a run under all conventions of a library, and finds out which of them make the difference to a row: those
 * without which the whole gives it otherwise (an empty row that only another alignment makes has two), else those that change it alone.
 */
export function compareWithLibrary<Working extends Worked>(
  library: Library,
  problem: LibraryProblem,
  work: (settings: LibraryConvention["settings"]) => Working,
): LibraryComparison<Working> {
  const obstacles = heldIn(problem, library.obstacles);
  if (obstacles.length > 0) return { obstacles };
  const conventions = heldIn(problem, library.conventions);
  const together = (some: readonly LibraryConvention[]): LibraryConvention["settings"] =>
    Object.assign({}, ...some.map(({ settings }) => settings));
  const under = (some: readonly LibraryConvention[]) => work(together(some));
  const plain = under([]);
  const whole = under(conventions);
  const rows = differingRows(plain, whole);
  const told = {
    whole,
    settings: together(conventions),
    rows,
    of: plain.output.rows,
    outputRows: rowsApart(plain.output, whole.output),
  };
  if (rows.length === 0) return { ...told, conventions: conventions.map((own) => ({ ...own, rows })) };
  const judged = conventions.map((convention) => ({
    convention,
    alone: new Set(differingRows(plain, under([convention]))),
    needed: new Set(differingRows(whole, under(conventions.filter((other) => other !== convention)))),
  }));
  // Where several would do the same to a row, the whole needs none of them: all are named.
  const isNeeded = (row: number) => judged.some(({ needed }) => needed.has(row));
  return {
    ...told,
    conventions: judged.map(({ convention, alone, needed }) => ({
      ...convention,
      rows: rows.filter((row) => (isNeeded(row) ? needed : alone).has(row)),
    })),
  };
}

/** Farther apart than rounding explains, beside numbers of the size 1 and up. */
const DIFFERENT = 1e-12;

/** Rows in which the outputs or the weights of any head differ. */
function differingRows(one: Worked, other: Worked): readonly number[] {
  if (one === other) return [];
  const apart = new Set(rowsApart(one.output, other.output));
  for (const [head, weights] of one.weights.entries()) {
    for (const row of rowsApart(weights, other.weights[head])) apart.add(row);
  }
  return [...apart].sort((a, b) => a - b);
}

function rowsApart(one: Matrix, other: Matrix): readonly number[] {
  if (one === other) return [];
  const differs = (row: number) => {
    for (let at = row * one.cols; at < (row + 1) * one.cols; at++) {
      const [a, b] = [one.data[at], other.data[at]];
      if (Object.is(a, b) || a === b) continue;
      if (!(Math.abs(a - b) <= DIFFERENT * Math.max(1, Math.abs(a), Math.abs(b)))) return true;
    }
    return false;
  };
  return upTo(one.rows).filter(differs);
}
