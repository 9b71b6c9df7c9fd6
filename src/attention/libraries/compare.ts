import type { Matrix } from "../../math/matrix.js";
import type { Library, LibraryConvention, LibraryProblem } from "./library.js";

/** A convention, and the rows of the output that are others because of it. */
export interface JudgedConvention extends LibraryConvention {
  readonly rows: readonly number[];
}

/** A run under the conventions of a library, beside the run as it was given. */
export type LibraryComparison<Run> =
  | { readonly obstacles: readonly string[] }
  | {
      readonly run: Run;
      /** Rows of the output that differ from the run as given, and how many there are. */
      readonly rows: readonly number[];
      readonly of: number;
      readonly conventions: readonly JudgedConvention[];
    };

/** How a run is worked again with other settings, and what it gives. */
export interface Worker<Run> {
  work(settings: LibraryConvention["settings"]): Run;
  output(run: Run): Matrix;
}

/**
 * Works a run under all conventions of a library, and finds out which of them make the difference to a row: those
 * without which the whole gives it otherwise (an empty row that only another alignment makes has two), else those that change it alone.
 */
export function compareWithLibrary<Run>(
  library: Library,
  problem: LibraryProblem,
  { work, output }: Worker<Run>,
): LibraryComparison<Run> {
  const obstacles = library.obstacles(problem);
  if (obstacles.length > 0) return { obstacles };
  const conventions = library.conventions(problem);
  const under = (some: readonly LibraryConvention[]) =>
    work(Object.assign({}, ...some.map(({ settings }) => settings)));
  const plain = output(under([]));
  const run = under(conventions);
  const whole = output(run);
  const rows = differingRows(plain, whole);
  if (rows.length === 0) {
    return { run, rows, of: plain.rows, conventions: conventions.map((own) => ({ ...own, rows })) };
  }
  const judged = conventions.map((convention) => ({
    convention,
    alone: new Set(differingRows(plain, output(under([convention])))),
    needed: new Set(differingRows(whole, output(under(conventions.filter((other) => other !== convention))))),
  }));
  // Where several would do the same to a row, the whole needs none of them: all are named.
  const isNeeded = (row: number) => judged.some(({ needed }) => needed.has(row));
  return {
    ...{ run, rows, of: plain.rows },
    conventions: judged.map(({ convention, alone, needed }) => ({
      ...convention,
      rows: rows.filter((row) => (isNeeded(row) ? needed : alone).has(row)),
    })),
  };
}

/** Farther apart than rounding explains, beside numbers of the size 1 and up. */
const DIFFERENT = 1e-12;

function differingRows(one: Matrix, other: Matrix): readonly number[] {
  const differs = (row: number) => {
    for (let at = row * one.cols; at < (row + 1) * one.cols; at++) {
      const [a, b] = [one.data[at], other.data[at]];
      if (Object.is(a, b) || a === b) continue;
      if (!(Math.abs(a - b) <= DIFFERENT * Math.max(1, Math.abs(a), Math.abs(b)))) return true;
    }
    return false;
  };
  return Array.from({ length: one.rows }, (_, row) => row).filter(differs);
}
