/** Marks of a map of errors, from harmless to worst. */
export const MARKS = "·123456789∞";

/** The worst of some marks. */
export const worstMark = (marks: string): string =>
  MARKS[Math.max(...Array.from(marks, (mark) => MARKS.indexOf(mark)))];
