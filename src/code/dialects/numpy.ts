import { numpyLibrary } from "../python.js";
import { pythonDialect } from "../script.js";

const library = numpyLibrary("np");

export const numpy = pythonDialect({
  name: "numpy",
  library: {
    ...library,
    // NumPy has no error function, but Python has.
    call: (name, argument) =>
      name === "erf" ? `np.vectorize(math.erf)(${argument})` : library.call(name, argument),
  },
  imports: `import math

import numpy as np`,
  table: (rows) => `np.array(${rows})`,
  stored: (name, isFlags) => `numbers["${name}"]${isFlags ? ".astype(bool)" : ""}`,
  setUp: `# e^-inf = 0 and ln 0 = -inf are intended here: no warnings.
np.seterr(divide="ignore", invalid="ignore", over="ignore")`,
  toNumpy: (name) => name,
  fromNumpy: (name) => name,
});
