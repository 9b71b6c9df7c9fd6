import { type Library, pythonNumber } from "../python.js";
import { pythonDialect } from "../script.js";

export const list = (parts: readonly string[]) => `[${parts.join(", ")}]`;

/** Returns NumPy's array functions, for any module that has the same ones. */
export function numpyLibrary(module: string): Library {
  return {
    call: (name, argument) => `${module}.${name}(${argument})`,
    transpose: (a) => `${a}.T`,
    reduce: (name, a, axis) => `${module}.${name}(${a}, axis=${axis}, keepdims=True)`,
    sumAway: (a, axes) => `${module}.sum(${a}, axis=${axes.length === 1 ? axes[0] : `(${axes.join(", ")})`})`,
    atLeast: (a, limit) => `${module}.maximum(${a}, ${limit})`,
    atMost: (a, limit) => `${module}.minimum(${a}, ${limit})`,
    join: (parts, axis) => `${module}.concatenate(${list(parts)}, axis=${axis})`,
    stack: (parts, axis) => `${module}.stack(${list(parts)}, axis=${axis})`,
    reshape: (a, rows, cols) => `${module}.reshape(${a}, (${rows}, ${cols}))`,
    takeRows: (a, rows) => `${a}[${module}.array([${rows.join(", ")}])]`,
    pad: (a, above, below, left, right) => `${module}.pad(${a}, ((${above}, ${below}), (${left}, ${right})))`,
    zeros: (rows, cols) => `${module}.zeros((${rows}, ${cols}))`,
    count: (count) => `${module}.arange(${count}.0)`,
    number: (value) => pythonNumber(value, module),
  };
}

const library = numpyLibrary("np");

export const numpy = pythonDialect({
  name: "numpy",
  library: {
    ...library,
    // NumPy has no error function, but Python has.
    call: (name, argument) =>
      name === "erf" ? `np.vectorize(math.erf)(${argument})` : library.call(name, argument),
  },
  imports: ["import math", "", "import numpy as np"],
  table: (rows) => `np.array(${rows})`,
  stored: (name, isFlags) => `numbers["${name}"]${isFlags ? ".astype(bool)" : ""}`,
  setUp: [
    "# e^-inf = 0 and ln 0 = -inf are intended here: no warnings.",
    'np.seterr(divide="ignore", invalid="ignore", over="ignore")',
  ],
  toNumpy: (name) => name,
  fromNumpy: (name) => name,
});
