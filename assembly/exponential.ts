import { multiplyAdd, subtractProduct } from "./multiply-add";
import { address } from "./panel";

// e^x and tanh x of two numbers at once. x = n·ln 2 + r with |r| ≤ ln 2 / 2, so e^x = 2^n·e^r.

// Constants are in memory, where one instruction loads them into both lanes. For `f64x2.splat` of a constant, V8 needs
// three instructions at each use.

const ONE: usize = memory.data<f64>([1]);
const LOG2_E: usize = memory.data<f64>([1.4426950408889634]);
/** ln 2 in two parts. The product of the first part and a whole number below 2^20 is exact. */
const LN2: usize = memory.data<f64>([0.6931471803691238, 1.9082149292705877e-10]);
/** 1.5·2^52. Adding it rounds to a whole number, which is then in the low bits. */
const ROUND: usize = memory.data<f64>([6755399441055744]);
/** For x at or below this, e^x is returned as 0. The true value is below 3.4e-308. */
const LOWEST: usize = memory.data<f64>([-708]);
/** Coefficients of P for its even and its odd powers, the highest first. */
const EVEN: usize = memory.data<f64>([
  2.7630255304259828e-7, 2.4801493082610927e-5, 1.3888888943641161e-3, 4.16666666665301475e-2, 5.0000000000000106e-1,
]);
const ODD: usize = memory.data<f64>([
  2.5000040516076866e-8, 2.7557586690719273e-6, 1.9841269505858093e-4, 8.3333333334950197e-3, 1.6666666666666411e-1,
]);

// @ts-ignore: decorator
@inline
function constant(at: usize, index: i32 = 0): v128 {
  return v128.load_splat<f64>(address(at, index));
}

/** Returns n, in the low bits. */
// @ts-ignore: decorator
@inline
export function multipleOfLn2(x: v128): v128 {
  return multiplyAdd(x, constant(LOG2_E), constant(ROUND));
}

/** Returns r. */
// @ts-ignore: decorator
@inline
export function remainder(x: v128, multiple: v128): v128 {
  const n = f64x2.sub(multiple, constant(ROUND));
  const high = subtractProduct(n, constant(LN2), x);
  return subtractProduct(n, constant(LN2, 1), high);
}

/**
 * Returns e^r − 1 = r + r²·P(r). P is the polynomial of degree 9 with the smallest maximum error, relative to e^r, for
 * |r| ≤ ln 2 / 2: 3.7e-18 (Remez exchange with 50 digits; its coefficients are nearly 1/2!, 1/3!, …, 1/11!). Even and
 * odd powers are computed separately, which halves the dependency chain.
 */
// @ts-ignore: decorator
@inline
export function expm1OfRemainder(r: v128): v128 {
  const square = f64x2.mul(r, r);
  let even = constant(EVEN);
  even = multiplyAdd(even, square, constant(EVEN, 1));
  even = multiplyAdd(even, square, constant(EVEN, 2));
  even = multiplyAdd(even, square, constant(EVEN, 3));
  even = multiplyAdd(even, square, constant(EVEN, 4));
  let odd = constant(ODD);
  odd = multiplyAdd(odd, square, constant(ODD, 1));
  odd = multiplyAdd(odd, square, constant(ODD, 2));
  odd = multiplyAdd(odd, square, constant(ODD, 3));
  odd = multiplyAdd(odd, square, constant(ODD, 4));
  return multiplyAdd(square, multiplyAdd(r, odd, even), r);
}

/** Returns 2^n·value, for results that are not subnormal. */
// @ts-ignore: decorator
@inline
function timesPowerOfTwo(value: v128, multiple: v128): v128 {
  return i64x2.add(value, i64x2.shl(multiple, 52));
}

/** Returns the larger of x and LOWEST. NaN stays NaN: pmax returns its first operand if the two cannot be compared. */
// @ts-ignore: decorator
@inline
export function atLeastLowest(x: v128): v128 {
  return f64x2.pmax(x, constant(LOWEST));
}

/** Returns e^x for LOWEST ≤ x ≤ 0, and 0 for LOWEST. */
// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  const multiple = multipleOfLn2(x);
  return exponentialOfParts(x, expm1OfRemainder(remainder(x, multiple)), multiple);
}

/** Returns e^x from x and its parts: e^r − 1 and n. */
// @ts-ignore: decorator
@inline
export function exponentialOfParts(x: v128, expm1: v128, multiple: v128): v128 {
  const e = timesPowerOfTwo(f64x2.add(constant(ONE), expm1), multiple);
  return v128.andnot(e, f64x2.eq(x, constant(LOWEST)));
}

/**
 * Returns tanh x = (e^2|x| − 1) / (e^2|x| + 1) with the sign of x. e^y − 1 is computed as 2^n·(e^r − 1) + (2^n − 1),
 * which loses no digits near 0.
 */
// @ts-ignore: decorator
@inline
export function hyperbolicTangent(x: v128): v128 {
  const magnitude = f64x2.abs(x);
  // From |x| = 20 on the result is 1 in all digits.
  const y = f64x2.pmin(f64x2.add(magnitude, magnitude), f64x2.splat(40));
  const multiple = multipleOfLn2(y);
  const power = timesPowerOfTwo(constant(ONE), multiple);
  const expm1 = multiplyAdd(
    power,
    expm1OfRemainder(remainder(y, multiple)),
    f64x2.sub(power, constant(ONE)),
  );
  const size = f64x2.div(expm1, f64x2.add(expm1, f64x2.splat(2)));
  return v128.or(size, v128.and(x, f64x2.splat(-0.0)));
}
