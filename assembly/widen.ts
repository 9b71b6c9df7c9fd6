import { storeFour } from "./panel";

/** The bits of ∞ in float32. */
const INFINITE: i32 = 0x7f800000;
/** The bits of 2^112 in float32: its exponents are by 112 larger than those of float16. */
const FROM_FLOAT16: i32 = 0x77800000;

/**
 * Writes numbers of 16 bits as float64, in whole groups of eight: float16 if `isHalf`, otherwise bfloat16, the first bits
 * of a float32. Returns the largest bits without the sign.
 */
export function widen(from: usize, count: i32, to: usize, isHalf: bool): i32 {
  let largest = i16x8.splat(0);
  for (; count > 0; count -= 8) {
    const bits = v128.load(from);
    largest = i16x8.max_u(largest, v128.and(bits, i16x8.splat(0x7fff)));
    storeWide(to, i32x4.extend_low_i16x8_u(bits), isHalf);
    storeWide(to + 32, i32x4.extend_high_i16x8_u(bits), isHalf);
    from += 16;
    to += 64;
  }
  let most = 0;
  for (let lane = 0; lane < 8; lane++) {
    most = max(most, <i32>i16x8.extract_lane_u(largest, 0));
    largest = v128.shuffle<i16>(largest, largest, 1, 2, 3, 4, 5, 6, 7, 0);
  }
  return most;
}

// @ts-ignore: decorator
@inline
function storeWide(to: usize, bits: v128, isHalf: bool): void {
  storeFour<f64>(to, isHalf ? singlesOf(bits) : i32x4.shl(bits, 16));
}

/** Returns float16 numbers as float32. Multiplying shifts their exponents, also those of subnormal numbers. */
// @ts-ignore: decorator
@inline
function singlesOf(bits: v128): v128 {
  const size = i32x4.shl(v128.and(bits, i32x4.splat(0x7fff)), 13);
  const finite = f32x4.mul(size, i32x4.splat(FROM_FLOAT16));
  const isFinite = i32x4.lt_s(size, i32x4.splat(0x7c00 << 13));
  const sign = i32x4.shl(v128.and(bits, i32x4.splat(0x8000)), 16);
  return v128.or(v128.bitselect(finite, v128.or(size, i32x4.splat(INFINITE)), isFinite), sign);
}
