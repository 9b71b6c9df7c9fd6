import type { MachineStep } from "../check/machine/check-dump.js";
/** Marks of a map of errors, from harmless to worst. */
export const MARKS = "·123456789∞";

/** The worst of some marks. */
export const worstMark = (marks: string): string =>
  MARKS[Math.max(...Array.from(marks, (mark) => MARKS.indexOf(mark)))];

/** The answer with the worst cell; the first of several alike. */
export const worstOf = (steps: readonly MachineStep[]): MachineStep =>
  steps.reduce((worst, step) => (step.units.cell > worst.units.cell ? step : worst));
