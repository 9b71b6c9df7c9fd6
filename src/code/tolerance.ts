import { rowOf } from "../math/matrix.js";
import { extremesOf, largestMagnitude } from "../math/rows.js";
import { OPS } from "../ops/registry.js";
import { findStep, matrixOf, paramsOf, type Trace } from "../trace/trace.js";

/** The smallest tolerance between qkv's float64 and another library's. */
const LEAST = 1e-12;

/** Below this s, e^s is 0. */
const LOWEST_POWER = -746;

/**
 * Returns how far two correct float64 computations of a run may differ, and why. For a large s, e^s and sin s contain
 * the rounding error of s, which grows with s. A gradient that sums large numbers contains their rounding errors, even
 * if it is small.
 */
export function toleranceOf(trace: Trace): { readonly value: number; readonly reason: string } {
  let [largest, where] = [0, ""];
  const grow = (size: number, text: string) => {
    if (size > largest) [largest, where] = [size, `${text} ${size.toPrecision(3)}`];
  };
  for (const { id, key, op, inputs, params, isKept } of trace.steps) {
    if (id.startsWith("d-") && isKept)
      grow(largestMagnitude(matrixOf(trace, key).data), "gradients that sum numbers up to");
    const isWave = op.name === OPS.sinusoids.name;
    if (!isWave && op.name !== OPS.exponentials.name) continue;
    const before = findStep(trace, inputs[0]);
    if (before?.isKept === false) continue;
    const isShifted = paramsOf({ op, params }, OPS.exponentials)?.isShifted === true;
    const fill = paramsOf(before, OPS.mask)?.fill;
    // Powers that become 0 have no visible rounding error, and neither has the fill of masked cells.
    const counts = (value: number, shift: number) =>
      isWave || (value - shift >= LOWEST_POWER && value !== fill);
    const given = matrixOf(trace, inputs[0]);
    for (let at = 0; at < given.rows; at++) {
      const row = rowOf(given, at);
      const shift = isShifted ? extremesOf(row)[1] : 0;
      grow(largestMagnitude(row.filter((value) => counts(value, shift))), "e^s or sin s with |s| up to");
    }
  }
  const grown = largest * 64 * Number.EPSILON;
  const reason = "float64 against float64";
  if (grown <= LEAST) return { value: LEAST, reason };
  return { value: Number(grown.toPrecision(2)), reason: `${reason}, ${where}` };
}
