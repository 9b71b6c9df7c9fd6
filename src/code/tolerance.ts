import type { Matrix } from "../math/matrix.js";
import { extremesOf, largestMagnitude } from "../math/rows.js";
import { OPS } from "../ops/registry.js";
import { findStep, matrixOf, paramsOf, type Trace } from "../trace/trace.js";

/** What our own float64 and another library's may differ by. */
const LEAST = 1e-12;

/** Below it e^s is 0. */
const LOWEST_POWER = -746;

/**
 * How far two right ways to work a run in float64 may be apart, and why: e^s and sin s of a large s have the rounding of s in
 * them, which grows with it, and a gradient that is a sum of large ones has theirs, however small it is.
 */
export function toleranceOf(trace: Trace): { readonly value: number; readonly reason: string } {
  let [largest, where] = [0, ""];
  const grow = (size: number, text: string) => {
    if (size > largest) [largest, where] = [size, `${text} ${size.toPrecision(3)}`];
  };
  for (const { id, key, op, inputs, params, isKept } of trace.steps) {
    if (id.startsWith("d-") && isKept)
      grow(largestMagnitude(matrixOf(trace, key).data), "where gradients are sums of numbers up to");
    const isWave = op.name === OPS.sinusoids.name;
    if (!isWave && op.name !== OPS.exponentials.name) continue;
    const before = findStep(trace, inputs[0]);
    if (before?.isKept === false) continue;
    const isShifted = paramsOf({ op, params }, OPS.exponentials)?.isShifted === true;
    const fill = paramsOf(before, OPS.mask)?.fill;
    for (const row of rowsIn(matrixOf(trace, inputs[0]))) {
      grow(largestThatCounts(row, { isWave, isShifted, fill }), "where e^s or sin s is taken of an s of");
    }
  }
  const grown = largest * 64 * Number.EPSILON;
  const reason = "float64 against float64";
  if (grown <= LEAST) return { value: LEAST, reason };
  return { value: Number(grown.toPrecision(2)), reason: `${reason}, ${where}` };
}

function* rowsIn({ rows, cols, data }: Matrix): Generator<Float64Array> {
  for (let row = 0; row < rows; row++) yield data.subarray(row * cols, (row + 1) * cols);
}

/** What says which numbers of a row are not seen. */
interface Exempt {
  readonly isWave: boolean;
  readonly isShifted: boolean;
  readonly fill: number | undefined;
}

/** The largest |s| of a row whose rounding is seen: not that of a power that comes to 0, nor of one number in all masked cells. */
function largestThatCounts(row: Float64Array, { isWave, isShifted, fill }: Exempt): number {
  const shift = isShifted ? extremesOf(row)[1] : 0;
  let largest = 0;
  for (const value of row) {
    if (!Number.isFinite(value)) continue;
    if (!isWave && (value - shift < LOWEST_POWER || value === fill)) continue;
    largest = Math.max(largest, Math.abs(value));
  }
  return largest;
}
