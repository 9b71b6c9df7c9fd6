import type { Step } from "../trace/trace.js";
import type { Code } from "./python.js";

/** A binary type that numbers are kept in: its bits, its least exponent, its largest number. */
export interface KeptType {
  readonly name: string;
  readonly precision: number;
  readonly leastExponent: number;
  readonly largest: number;
}

/** What each step of a run is rounded to, as a machine keeps it; float64 stays as it is. */
export interface Rounding {
  readonly name: string;
  of(step: Step): KeptType;
}

/** float32 in which a step may be rounded the other way, where it lies between two numbers by less than a float64 is off. */
export const ROUNDED_TOLERANCE = 4 * 2 ** -24;

/** The function that rounds, in NumPy: its argument comes out of the library, and its result goes back. */
export function roundingLines(toNumpy: string, fromNumpy: (name: string) => string): readonly string[] {
  return [
    "def rounded(a, bits, least_exponent, largest):",
    '    """The nearest numbers of a type, halves to even; infinite beyond its largest."""',
    `    a = np.asarray(${toNumpy}, dtype=np.float64)`,
    "    with np.errstate(all='ignore'):",
    "        unit = np.ldexp(1.0, np.maximum(np.frexp(a)[1] - 1, least_exponent) - bits + 1)",
    "        near = np.where(np.isfinite(a), np.round(a / unit) * unit, a)",
    "    near = np.where(np.abs(near) > largest, np.copysign(np.inf, near), near)",
    `    return ${fromNumpy("near")}`,
  ];
}

/** A type as a constant of the script: FLOAT32 = (24, -126, 3.4028234663852886e+38). */
export const typeConstant = ({ name, precision, leastExponent, largest }: KeptType) => ({
  name: name.toUpperCase(),
  code: `(${precision}, ${leastExponent}, ${largest})`,
  meaning: "bits of a number, least exponent, largest number",
});

/** The code of a step, rounded. */
export const roundedCode = (code: Code, type: string): Code => ({
  text: `rounded(${code.text}, *${type})`,
  level: 6,
});
