/** The exponents `powersOfTen` holds; times an 18-digit integer they stay clear of overflow and of subnormal error terms. */
export const MIN_POWER = -270;
export const MAX_POWER = 290;

/** How many doubles a power takes in `powersOfTen`. */
export const POWER_STRIDE = 4;

/** 2^27 + 1, which cuts a double into an upper and a lower half whose products are exact (Dekker 1971, after Veltkamp). */
export const SPLITTER = 134217729;

/**
 * 10^e for MIN_POWER ≤ e ≤ MAX_POWER, at (e − MIN_POWER)·POWER_STRIDE: the nearest double, its upper half, its lower
 * half, and what that double lacks of 10^e (itself to 2^-106 of it). All 0 until `fillPower(e)`.
 */
export const powersOfTen = new Float64Array((MAX_POWER - MIN_POWER + 1) * POWER_STRIDE);

/** Fills the place of 10^exponent in `powersOfTen`, from exact integers; one by one, so that importing costs nothing. */
export function fillPower(exponent: number): void {
  // Below 1 the power is taken as an integer quotient of 120 bits, times 2^-shift.
  const shift = exponent < 0 ? 120 + Math.ceil(-exponent * Math.log2(10)) : 0;
  const scaled = exponent < 0 ? (1n << BigInt(shift)) / 10n ** BigInt(-exponent) : 10n ** BigInt(exponent);
  const nearest = Number(scaled);
  const power = nearest * 2 ** -shift;
  const cut = power * SPLITTER;
  const upper = cut - (cut - power);
  const index = (exponent - MIN_POWER) * POWER_STRIDE;
  powersOfTen[index] = power;
  powersOfTen[index + 1] = upper;
  powersOfTen[index + 2] = power - upper;
  powersOfTen[index + 3] = Number(scaled - BigInt(nearest)) * 2 ** -shift;
}
