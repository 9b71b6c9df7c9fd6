import type { Matrix } from "../../math/matrix.js";
import type { Expected, Judged } from "./judge-output.js";
import { type Compared, isOff, sumUp, unitsOf } from "./rule.js";

/** How far a cell may be off: atol + rtol·|right|. */
export interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
  /** What each number is a multiple of, where that is not 1. */
  readonly multiplesOf?: Float64Array | undefined;
}

/** Cells are off from so many units on: a tolerance is as many of them. */
const UNITS_OF_TOLERANCE = 8;

/** The mean square of an error with which a cell is off as far as a tolerance allows. */
export const varianceOfTolerance = (want: Matrix, { atol, rtol, multiplesOf }: Tolerance): Float64Array =>
  want.data.map((value, at) => {
    const size = Number.isFinite(value) ? Math.abs(value) : 0;
    return ((atol / (multiplesOf?.[at] ?? 1) + rtol * size) / UNITS_OF_TOLERANCE) ** 2;
  });

/** Judges an answer cell by cell by a tolerance that somebody chose. */
export function judgeByTolerance(
  compared: Omit<Compared, "want">,
  { want, rows }: Expected,
  tolerance: Tolerance,
  working: Judged["working"],
): Judged {
  const variance = varianceOfTolerance(want, tolerance);
  const units = unitsOf({ ...compared, want }, variance);
  const verdict = units.some(isOff) ? "differs" : "agrees";
  return { verdict, working, units, variance, summary: sumUp(units, want.cols, rows?.length) };
}
