import type { Expected, Judged } from "./judge-output.js";
import { type Compared, isOff, sumUp, unitsOf } from "./rule.js";

/** How far a cell may be off: atol + rtol·|right|. */
export interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
}

/** Cells are off from so many units on: a tolerance is as many of them. */
const UNITS_OF_TOLERANCE = 8;

/** Judges an answer cell by cell by a tolerance that somebody chose. */
export function judgeByTolerance(
  compared: Omit<Compared, "want">,
  { want }: Expected,
  { atol, rtol }: Tolerance,
  working: Judged["working"],
): Judged {
  const variance = want.data.map((value) => ((atol + rtol * Math.abs(value)) / UNITS_OF_TOLERANCE) ** 2);
  const units = unitsOf({ ...compared, want }, variance);
  const verdict = units.some(isOff) ? "differs" : "agrees";
  return { verdict, working, units, variance, summary: sumUp(units, want.cols) };
}
