import { noteLargest } from "../largest.js";
import { compiledKernels, reserve } from "./instance.js";

/** Fewer numbers are not worth the call. */
const LEAST = 2 ** 12;

/** Numbers that are converted at a time, so that they stay in the cache. */
const AT_ONCE = 2 ** 15;

/**
 * Returns float16 (`isHalf`) or bfloat16 numbers as float64, and notes the largest. Returns undefined if they are few, or
 * if the kernels are not compiled yet.
 */
export function widen(bits: Uint16Array, isHalf: boolean): Float64Array | undefined {
  const kernels = bits.length < LEAST ? undefined : compiledKernels();
  const [given, wide] = (kernels && reserve(kernels, [2 * AT_ONCE, 8 * AT_ONCE])) ?? [];
  if (!kernels || given === undefined) return undefined;
  const { memory, exports } = kernels;
  const patterns = new Uint16Array(memory.buffer, given, AT_ONCE);
  const numbers = new Float64Array(bits.length);
  let largest = 0;
  for (let first = 0; first < bits.length; first += AT_ONCE) {
    const part = bits.subarray(first, first + AT_ONCE);
    patterns.set(part);
    // The last group of eight may not be full.
    patterns.fill(0, part.length, part.length + 8);
    largest = Math.max(largest, exports.widen(given, part.length, wide, isHalf));
    numbers.set(new Float64Array(memory.buffer, wide, part.length), first);
  }
  patterns[0] = largest;
  exports.widen(given, 1, wide, isHalf);
  noteLargest(numbers, new Float64Array(memory.buffer, wide, 1)[0]);
  return numbers;
}
