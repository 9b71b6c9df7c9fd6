import { OPS } from "../ops/registry.js";
import { findStep, matrixOf, type Trace } from "../trace/trace.js";

/** What our own float64 and another library's may differ by. */
const LEAST = 1e-12;

/** Ops that make of an error in what goes in a relative error of the same size. */
const STEEP: readonly string[] = [OPS.exponentials.name, OPS.sinusoids.name];

/**
 * How far two right ways to work a run in float64 may be apart, and why: e^s and sin s of a large s have the rounding of s in
 * them, which grows with it.
 */
export function toleranceOf(trace: Trace): { readonly value: number; readonly reason: string } {
  let largest = 0;
  for (const { op, inputs } of trace.steps) {
    if (!STEEP.includes(op.name)) continue;
    const before = findStep(trace, inputs[0]);
    if (before?.isKept === false) continue;
    for (const value of matrixOf(trace, inputs[0]).data) {
      // Masked scores, however they are made, come to e^−large = 0.
      if (Number.isFinite(value) && Math.abs(value) < 1e6) largest = Math.max(largest, Math.abs(value));
    }
  }
  const grown = largest * 64 * Number.EPSILON;
  return grown <= LEAST
    ? { value: LEAST, reason: "float64 against float64" }
    : {
        value: Number(grown.toPrecision(2)),
        reason: `float64 against float64, where e^s or sin s is taken of an s of ${largest.toPrecision(3)}`,
      };
}
