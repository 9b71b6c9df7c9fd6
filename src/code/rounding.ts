import type { Shape } from "../math/matrix.js";
import { add, zeros } from "../trace/arrays.js";
import { type Interpreter, interpret } from "../trace/interpret.js";
import { type Step, shapeOf, type Trace } from "../trace/trace.js";
import type { Preamble } from "./preamble.js";
import { atom, type Code } from "./python.js";

/** A binary number type: its bits, its least exponent, its largest number. */
interface StoredType {
  readonly name: string;
  readonly precision: number;
  readonly leastExponent: number;
  readonly largest: number;
}

/** The type that each step of a run is rounded to, as a machine stores it. float64 is not rounded. */
export interface Rounding {
  readonly name: string;
  of(step: Step): StoredType;
  /** The type that the factors of products are rounded to, if it differs from the type in which they are stored. */
  readonly ofFactors: StoredType | undefined;
}

/**
 * The tolerance for steps in float32. A number that lies almost halfway between two float32 may be rounded either way,
 * because of float64 errors.
 */
export const ROUNDED_TOLERANCE = 4 * 2 ** -24;

/**
 * Returns the NumPy functions that round, and that add in float32. `toNumpy` converts an argument from the library,
 * `fromNumpy` converts a result back.
 */
export function roundingLines({
  toNumpy,
  fromNumpy,
}: {
  toNumpy(name: string): string;
  fromNumpy(name: string): string;
}): string {
  return `def rounded(a, bits, least_exponent, largest):
    """Rounds to a type: halves to even, infinite above its largest number."""
    a = np.asarray(${toNumpy("a")}, dtype=np.float64)
    with np.errstate(all='ignore'):
        unit = np.ldexp(1.0, np.maximum(np.frexp(a)[1] - 1, least_exponent) - bits + 1)
        near = np.where(np.isfinite(a), np.round(a / unit) * unit, a)
    near = np.where(np.abs(near) > largest, np.copysign(np.inf, near), near)
    return ${fromNumpy("near")}

def summed(a, b):
    """Returns A·B in float32. Rounds every product and every partial sum, in order."""
    a, b = (np.asarray(x, dtype=np.float32) for x in (${toNumpy("a")}, ${toNumpy("b")}))
    total = np.zeros((a.shape[0], b.shape[1]), dtype=np.float32)
    with np.errstate(all='ignore'):
        for k in range(len(b)):
            total = total + a[:, k : k + 1] * b[k : k + 1]
    return ${fromNumpy("total.astype(np.float64)")}`;
}

/**
 * Returns how steps are written under a rounding; without one, as usual. `keep` rounds the code of a step to the type in
 * which it is stored, and `arraysFor` returns the interpreter that writes it. Types are constants of the script: FLOAT32 =
 * (24, -126, 3.4028234663852886e+38).
 */
export function roundedSteps(
  rounding: Rounding | undefined,
  preamble: Preamble,
  arrays: Interpreter<Code>,
  trace: Trace,
) {
  if (!rounding) return { keep: (_: Step, code: Code) => code, arraysFor: () => arrays };
  const inType = (code: Code, type: StoredType | undefined): Code => {
    if (type === undefined || type.name === "float64") return code;
    const numbers = `(${type.precision}, ${type.leastExponent}, ${type.largest})`;
    const name = preamble.define(
      type.name.toUpperCase(),
      numbers,
      "bits of precision, least exponent, largest number",
    );
    return atom(`rounded(${code.text}, *${name})`);
  };
  const asFactor = (code: Code) => inType(code, rounding.ofFactors);
  return {
    keep: (step: Step, code: Code) => inType(code, rounding.of(step)),
    arraysFor: ({ op, inputs }: Step) =>
      op.computeInFloat32 ? summingArrays(arrays, shapeOf(trace, inputs[0]), asFactor) : arrays,
  };
}

/** Returns array words whose sums are float32. A sum over an axis becomes a product with ones. */
function summingArrays(
  arrays: Interpreter<Code>,
  { rows, cols }: Shape,
  asFactor: (code: Code) => Code,
): Interpreter<Code> {
  const summed = (a: Code, b: Code) => atom(`summed(${a.text}, ${b.text})`);
  const ones = (shape: Shape) => interpret(add(zeros(shape), 1), arrays, []);
  return {
    ...arrays,
    matmul: (a, b) => summed(asFactor(a), asFactor(b)),
    sum: (a, axis) =>
      axis === 1 ? summed(a, ones({ rows: cols, cols: 1 })) : summed(ones({ rows: 1, cols: rows }), a),
  };
}
