import { beforeAll, expect, test } from "vitest";
import { loadKernels } from "../../../../src/math/kernels/instance.js";
import { widen } from "../../../../src/math/kernels/widen.js";
import { largestOf } from "../../../../src/math/largest.js";

const PATTERNS = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);

/** IEEE 754: sign, 5 bits of exponent with bias 15, 10 bits of mantissa. */
function halfOf(bits: number) {
  const [sign, exponent, mantissa] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return mantissa > 0 ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25));
}

/** The upper half of a float32. */
const brainOf = (bits: number) => new Float32Array(Uint32Array.of(bits << 16).buffer)[0];

beforeAll(() => void loadKernels());

test.each([
  ["float16", halfOf],
  ["bfloat16", brainOf],
] as const)("every %s becomes the same number, and the largest is noted", (type, meant) => {
  // More numbers than are converted at a time, and a rest that is no group of eight.
  const all = PATTERNS.subarray(3);
  const widened = widen(all, type === "float16");
  expect(Array.from(widened ?? [])).toEqual(Array.from(all, meant));
  expect(largestOf(widened ?? new Float64Array())).toBeNaN();
});

test.each([
  // The signs do not count: 0xc700 is −7 and 0x4680 is 6.5.
  ["float16", [0x4680, 0xc700], 7],
  // 0xff80 is −∞.
  ["bfloat16", [0x3f80, 0xff80], Number.POSITIVE_INFINITY],
] as const)("the largest of a few large %s among many zeros", (type, bits, largest) => {
  const numbers = new Uint16Array(5000);
  numbers.set(bits, 4990);
  expect(largestOf(widen(numbers, type === "float16") ?? new Float64Array())).toBe(largest);
});

test("few numbers are not converted here", () => {
  expect(widen(PATTERNS.subarray(0, 4095), true)).toBeUndefined();
});
