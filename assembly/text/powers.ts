// 10^n as significand · 2^e, the significand an integer of 128 bits, its first bit 1. Below 10^0 it is rounded up,
// otherwise cut. The table is filled by src/math/kernels/powers.ts, which says the same of its place; it ends at 10^324.

const POWERS: usize = 4096;

export const LOWEST_POWER: i32 = -342;

// @ts-ignore: decorator
@inline
function place(exponent: i32): usize {
  return POWERS + (<usize>(exponent - LOWEST_POWER) << 4);
}

/** The upper 64 bits of the significand of 10^exponent. */
// @ts-ignore: decorator
@inline
export function upperOf(exponent: i32): u64 {
  return load<u64>(place(exponent), 8);
}

/** The lower 64 bits. */
// @ts-ignore: decorator
@inline
export function lowerOf(exponent: i32): u64 {
  return load<u64>(place(exponent));
}

/** The upper half of the product of two 64-bit numbers, of which Wasm gives the lower. */
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
