import type { Marker } from "./markers.js";
import { type Marks, type Score, score } from "./score.js";
import type { TrueSheet } from "./sheets.js";

/** Counts of the marks on the sheets of a category. */
export interface Tally {
  readonly sheets: number;
  readonly allTrue: number;
  readonly falseMarks: number;
  readonly falseCauses: number;
  readonly rejected: number;
}

/** Marks sheets and counts. Calls `tellFalse` for each sheet whose marks are not all true. */
export function tally(
  sheets: readonly TrueSheet[],
  mark: Marker,
  tellFalse: (sheet: TrueSheet, marks: Marks) => void = () => {},
): Tally {
  const scores = sheets.map((sheet): Score => {
    const marks = mark(sheet);
    const found = score(sheet, marks);
    if (!found.isAllTrue) tellFalse(sheet, marks);
    return found;
  });
  const count = (is: (found: Score) => boolean) => scores.filter(is).length;
  return {
    sheets: sheets.length,
    allTrue: count(({ isAllTrue }) => isAllTrue),
    falseMarks: count(({ hasFalseMark }) => hasFalseMark),
    falseCauses: count(({ hasFalseCause }) => hasFalseCause),
    rejected: count(({ isRejected }) => isRejected),
  };
}
