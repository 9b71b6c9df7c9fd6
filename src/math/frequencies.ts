import { expFixed, fromFixedPoint, lnFixed, multiplyFixed, ONE, toFixedPoint } from "./fixed-point.js";

/** ω_i = base^(−i·step/denominator): the geometric progression of positional encodings. */
interface PowerRule {
  readonly base: number;
  readonly step: number;
  readonly denominator: number;
}

/** Angular frequencies in radians per position: the nearest float64 numbers, and their exact values. */
export interface Frequencies {
  readonly values: Float64Array;
  /** Fixed-point numbers, see fixed-point.ts. */
  readonly exact: readonly bigint[];
  /** The rule of the frequencies, if they are powers of one base. */
  readonly power?: PowerRule;
}

/** Below this, a fixed-point number has fewer digits than a float64. */
const SMALLEST_EXACT = 2 ** -130;

/** Returns the first `count` frequencies of a rule. Each value is the float64 nearest to the exact power. base > 0. */
export function powerFrequencies(rule: PowerRule, count: number): Frequencies {
  const { base, step, denominator } = rule;
  const ratio = expFixed((-lnFixed(base) * BigInt(step)) / BigInt(denominator));
  const exact: bigint[] = [];
  for (let i = 0, power = ONE; i < count; i++, power = multiplyFixed(power, ratio)) exact.push(power);
  const values = Float64Array.from(exact, (frequency, i) => {
    const nearest = fromFixedPoint(frequency);
    return nearest > SMALLEST_EXACT ? nearest : base ** ((-i * step) / denominator);
  });
  return { values, exact, power: rule };
}

/** Returns frequencies whose exact values are the given float64 numbers. */
export function givenFrequencies(values: Float64Array): Frequencies {
  return { values, exact: Array.from(values, toFixedPoint) };
}
