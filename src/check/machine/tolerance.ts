import type { Matrix } from "../../math/matrix.js";
import type { Expected, Judged } from "./judge-output.js";
import { type Compared, isOff, MAX_CELL_UNITS, summariseUnits, unitsOf } from "./rule.js";

/** The maximum error of a cell: atol + rtol·|right|. */
export interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
  /** The unit of each number, if it is not 1. */
  readonly multiplesOf?: Float64Array | undefined;
}

/** Returns the variances with which a cell becomes wrong exactly beyond the tolerance. */
export const varianceOfTolerance = (want: Matrix, { atol, rtol, multiplesOf }: Tolerance): Float64Array =>
  want.data.map((value, at) => {
    const size = Number.isFinite(value) ? Math.abs(value) : 0;
    return ((atol / (multiplesOf?.[at] ?? 1) + rtol * size) / MAX_CELL_UNITS) ** 2;
  });

/** Judges an answer cell by cell, by a tolerance that the user chose. */
export function judgeByTolerance(
  compared: Omit<Compared, "want">,
  { want, rows }: Expected,
  tolerance: Tolerance,
  rounding: Judged["rounding"],
): Judged {
  const variance = varianceOfTolerance(want, tolerance);
  const units = unitsOf({ ...compared, want }, variance);
  const verdict = units.some(isOff) ? "differs" : "agrees";
  return { verdict, rounding, units, variance, summary: summariseUnits(units, want.cols, rows?.length) };
}
