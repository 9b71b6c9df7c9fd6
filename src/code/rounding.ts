import type { Shape } from "../math/matrix.js";
import type { Arrays } from "../trace/arrays.js";
import { type Step, shapeOf, type Trace } from "../trace/trace.js";
import type { Head } from "./head.js";
import { atom, type Code } from "./python.js";

/** A binary type that numbers are kept in: its bits, its least exponent, its largest number. */
interface KeptType {
  readonly name: string;
  readonly precision: number;
  readonly leastExponent: number;
  readonly largest: number;
}

/** What each step of a run is rounded to, as a machine keeps it; float64 stays as it is. */
export interface Rounding {
  readonly name: string;
  of(step: Step): KeptType;
  /** What the factors of products are rounded to, where that is not what they are kept in. */
  readonly ofFactors: KeptType | undefined;
}

/** float32 in which a step may be rounded the other way, where it lies between two numbers by less than a float64 is off. */
export const ROUNDED_TOLERANCE = 4 * 2 ** -24;

/** The functions that round, and that sum as machines do whose sums are float32, in NumPy: arguments come out of the library, and results go back. */
export function roundingLines({
  toNumpy,
  fromNumpy,
}: {
  toNumpy(name: string): string;
  fromNumpy(name: string): string;
}): readonly string[] {
  return [
    "def rounded(a, bits, least_exponent, largest):",
    '    """The nearest numbers of a type, halves to even; infinite beyond its largest."""',
    `    a = np.asarray(${toNumpy("a")}, dtype=np.float64)`,
    "    with np.errstate(all='ignore'):",
    "        unit = np.ldexp(1.0, np.maximum(np.frexp(a)[1] - 1, least_exponent) - bits + 1)",
    "        near = np.where(np.isfinite(a), np.round(a / unit) * unit, a)",
    "    near = np.where(np.abs(near) > largest, np.copysign(np.inf, near), near)",
    `    return ${fromNumpy("near")}`,
    "",
    "def summed(a, b):",
    '    """A·B in float32: each product is rounded, and each sum, one after the other."""',
    `    a, b = (np.asarray(one, dtype=np.float32) for one in (${toNumpy("a")}, ${toNumpy("b")}))`,
    "    total = np.zeros((a.shape[0], b.shape[1]), dtype=np.float32)",
    "    with np.errstate(all='ignore'):",
    "        for k in range(len(b)):",
    "            total = total + a[:, k : k + 1] * b[k : k + 1]",
    `    return ${fromNumpy("total.astype(np.float64)")}`,
  ];
}

/** How the steps of a script are written that are rounded. */
interface RoundedSteps {
  /** The code of a step, rounded to the type that it is kept in. */
  keep(step: Step, code: Code): Code;
  /** What a step is written with. */
  arraysFor(step: Step): Arrays<Code>;
}

/** How steps are written in a rounding; without one as ever. Types are constants of the script: FLOAT32 = (24, -126, 3.4028234663852886e+38). */
export function roundedSteps(
  rounding: Rounding | undefined,
  { head, arrays, trace }: { readonly head: Head; readonly arrays: Arrays<Code>; readonly trace: Trace },
): RoundedSteps {
  if (!rounding) return { keep: (_, code) => code, arraysFor: () => arrays };
  const inType = (code: Code, type: KeptType | undefined): Code => {
    if (type === undefined || type.name === "float64") return code;
    const numbers = `(${type.precision}, ${type.leastExponent}, ${type.largest})`;
    const name = head.define(
      type.name.toUpperCase(),
      numbers,
      "bits of a number, least exponent, largest number",
    );
    return atom(`rounded(${code.text}, *${name})`);
  };
  const asFactor = (code: Code) => inType(code, rounding.ofFactors);
  return {
    keep: (step, code) => inType(code, rounding.of(step)),
    arraysFor: ({ op, inputs }) =>
      op.computeInSingles ? summingArrays(arrays, shapeOf(trace, inputs[0]), asFactor) : arrays,
  };
}

/** What sums are written with where they are float32: a sum over an axis is a product with ones. */
function summingArrays(
  arrays: Arrays<Code>,
  { rows, cols }: Shape,
  asFactor: (code: Code) => Code,
): Arrays<Code> {
  const summed = (a: Code, b: Code) => atom(`summed(${a.text}, ${b.text})`);
  const ones = (shape: Shape) => arrays.add(arrays.zeros(shape), 1);
  return {
    ...arrays,
    matmul: (a, b) => summed(asFactor(a), asFactor(b)),
    sum: (a, axis) =>
      axis === 1 ? summed(a, ones({ rows: cols, cols: 1 })) : summed(ones({ rows: 1, cols: rows }), a),
  };
}
