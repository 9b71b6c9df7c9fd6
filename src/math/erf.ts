/** Up to this x the series is used, above it the continued fraction. */
const SERIES_UP_TO = 2;
/** Steps of the continued fraction. From x = 2 on, more steps change nothing. */
const FRACTION_STEPS = 50;

/**
 * Returns erf x = 2/√π ∫₀ˣ e^(−t²) dt, to about 1e-16. Up to x = 2 it uses the series 7.1.6 of Abramowitz and Stegun
 * 1964, whose terms all have the same sign. Above, it is 1 − erfc x by their continued fraction 7.1.14.
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  const value = size <= SERIES_UP_TO ? bySeries(size) : 1 - complementByFraction(size);
  return x < 0 ? -value : value;
}

/** 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)). */
function bySeries(x: number) {
  const square = 2 * x * x;
  let term = x;
  let total = x;
  for (let odd = 3; term > total * Number.EPSILON * 0.125; odd += 2) {
    term *= square / odd;
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

/** e^(−x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))). */
function complementByFraction(x: number) {
  let below = x;
  for (let step = FRACTION_STEPS; step > 0; step--) below = x + step / 2 / below;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * below);
}
