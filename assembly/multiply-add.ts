// With relaxed SIMD (the second build of scripts/build-kernels.js), a·b + c is one instruction. It rounds once on
// processors that support this, equally in every thread. Otherwise it rounds twice.

/** a·b + c */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_madd(a, b, c) : roundTwice<f64>(a, b, c);
}

/** c − a·b */
// @ts-ignore: decorator
@inline
export function subtractProduct(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_nmadd(a, b, c) : f64x2.sub(c, f64x2.mul(a, b));
}

/** a·b + c with the product rounded first, as in JavaScript. The same in every build. */
// @ts-ignore: decorator
@inline
export function roundTwice<T>(a: v128, b: v128, c: v128): v128 {
  return v128.add<T>(c, v128.mul<T>(a, b));
}

/** Whether a·b + c is rounded once: (1 + ε)² − (1 + 2ε) is ε², which is lost if the product is rounded. */
export function fuses(): bool {
  const a = f64x2.splat(1 + f64.EPSILON);
  return f64x2.extract_lane(multiplyAdd(a, a, f64x2.splat(-1 - 2 * f64.EPSILON)), 0) != 0;
}
