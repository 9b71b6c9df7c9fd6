import type { MachineStep } from "../check/machine/check-dump.js";
/** The marks of an error map, from harmless to worst. */
export const MARKS = "·123456789∞";

/** Returns the worst of some marks. */
export const worstMark = (marks: string): string =>
  MARKS[Math.max(...Array.from(marks, (mark) => MARKS.indexOf(mark)))];

/** Returns the answer with the worst cell; the first one if several are equal. */
export const worstOf = (steps: readonly MachineStep[]): MachineStep =>
  steps.reduce((worst, step) => (step.units.cell > worst.units.cell ? step : worst));
