// 10^n as significand · 2^e. The significand is an integer of 128 bits whose first bit is 1. It is rounded up for n < 0
// and truncated otherwise. The table, up to 10^324, is filled when the module starts; src/math/kernels/text.ts says
// what comes after it in memory.

const POWERS: usize = 4096;

export const LOWEST_POWER: i32 = -342;
const HIGHEST_POWER: i32 = 324;

// @ts-ignore: decorator
@inline
function place(exponent: i32): usize {
  return POWERS + (<usize>(exponent - LOWEST_POWER) << 4);
}

/** Returns the upper 64 bits of the significand of 10^exponent. */
// @ts-ignore: decorator
@inline
export function upperOf(exponent: i32): u64 {
  return load<u64>(place(exponent), 8);
}

/** Returns the lower 64 bits. */
// @ts-ignore: decorator
@inline
export function lowerOf(exponent: i32): u64 {
  return load<u64>(place(exponent));
}

/** Returns the upper half of the product of two 64-bit numbers. Wasm gives only the lower half. */
// @ts-ignore: decorator
@inline
export function upperProduct(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  const other = aLow * bHigh + (middle & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (other >> 32);
}

fillPowers();

/**
 * Fills the table with 192-bit arithmetic, starting from the lowest power, and again from 10^0, which is exact. The
 * truncation errors of at most 342 steps are far below the 64 bits that the table leaves out.
 */
function fillPowers(): void {
  // The first 192 bits of 10^LOWEST_POWER.
  let upper: u64 = 0xeef453d6923bd65a;
  let lower: u64 = 0x113faa2906a13b3f;
  let rest: u64 = 0xdfbc7e99bdd50e9b;
  for (let exponent = LOWEST_POWER; exponent <= HIGHEST_POWER; exponent++) {
    if (exponent === 0) {
      upper = <u64>1 << 63;
      lower = 0;
      rest = 0;
    }
    const up = <u64>(exponent < 0);
    store<u64>(place(exponent), lower + up);
    store<u64>(place(exponent), upper + <u64>(lower + up < up), 8);
    // Multiplies by 5/4, because 10 = 5/4 · 8.
    const restStep = (rest >> 2) | (lower << 62);
    const lowerStep = (lower >> 2) | (upper << 62);
    const upperStep = upper >> 2;
    rest += restStep;
    lower += lowerStep + <u64>(rest < restStep);
    const carry = <u64>(lower < lowerStep);
    upper += upperStep + carry;
    if (upper >= upperStep) continue;
    rest = (rest >> 1) | (lower << 63);
    lower = (lower >> 1) | (upper << 63);
    upper = (upper >> 1) | (<u64>1 << 63);
  }
}
