import { attend } from "../../src/commands/attend.js";
import type { AttendInputs, Trace } from "../../src/index.js";
import { readGiven } from "../../src/library/of-arrays.js";
import { paperArithmetic, type Rounding, stateCarry } from "../../src/runs/arithmetic/carry.js";
import { recordProblem } from "../../src/runs/record-problem.js";

/** One attention with its steps, or those named, rounded as on paper. */
export function carriedAttend(inputs: AttendInputs, rounding: Rounding, only?: readonly string[]): Trace {
  const arithmetic = paperArithmetic(rounding, only);
  return stateCarry(recordProblem(attend, readGiven(attend, inputs, {}), { arithmetic }), rounding, only);
}
