import { roundsToZero } from "../render/number.js";
import type { FinishedRun } from "./finished-run.js";
import type { Io } from "./io.js";

/** Says on stderr how many numbers stand as 0 that are not 0, because of the decimals that were asked for. */
export function tellZeros({ views }: FinishedRun, numbers: readonly Float64Array[], io: Io): void {
  const { precision, quiet } = views;
  if (typeof precision !== "number" || quiet) return;
  let count = 0;
  for (const values of numbers) for (const value of values) if (roundsToZero(value, precision)) count++;
  if (count === 0) return;
  const said = count === 1 ? "a number that is not 0 is" : `${count} numbers that are not 0 are`;
  io.writeError(`note: ${said} written as ${(0).toFixed(precision)} with --precision ${precision}\n`);
}
