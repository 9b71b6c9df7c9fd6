import { type CallSpelling, floatCalls } from "../float-calls.js";
import { type Library, numpyLibrary, pythonNumber } from "../python.js";
import { pythonDialect } from "../script.js";

/** How a call of `keras.ops.dot_product_attention` is written. */
const KERAS_CALL: CallSpelling = {
  name: "ops.dot_product_attention",
  conventionComment: `# The library's own call. Axes: batch × row × head × column. Mask: true = may attend. Its default scale is
# 1/√(head size); keras.layers.Attention does not scale by default.`,
  stack: (parts, axis) => `ops.stack([${parts.join(", ")}], axis=${axis})`,
  not: (mask) => `ops.logical_not(${mask})`,
  share: (keys, times) => `ops.repeat(${keys}, ${times}, axis=1)`,
  sharingComment:
    "# All heads at once: query head h reads kv head ⌊h·G/H⌋. Its documentation says that the call shares kv heads, but its\n# TensorFlow and NumPy backends do not, so this script repeats them.",
};

const numpy = numpyLibrary("ops");

const library: Library = {
  ...numpy,
  transpose: (a) => `ops.transpose(${a})`,
  takeRows: (a, rows) => `ops.take(${a}, [${rows.join(", ")}], axis=0)`,
  zeros: ([rows, cols]) => `ops.zeros((${rows}, ${cols}), dtype="float64")`,
  count: (count) => `ops.arange(${count}, dtype="float64")`,
  number: (value) => (Number.isFinite(value) ? pythonNumber(value, "") : `float("${spell(value)}")`),
};

const spell = (value: number) => (Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf");

const tensor = (numbers: string, isFlags: boolean) =>
  `ops.convert_to_tensor(${numbers}, dtype="${isFlags ? "bool" : "float64"}")`;

export const keras = pythonDialect({
  name: "keras",
  library,
  imports: `import keras
import numpy as np
from keras import ops`,
  table: tensor,
  stored: (name, isFlags) => tensor(`numbers["${name}"]`, isFlags),
  setUp: `# dtype: new tensors are float64 by default. With the JAX backend, also set JAX_ENABLE_X64=1.
keras.config.set_floatx("float64")`,
  toNumpy: (name) => `ops.convert_to_numpy(${name})`,
  fromNumpy: (name) => `ops.convert_to_tensor(${name}, dtype="float64")`,
  calls: floatCalls(KERAS_CALL),
});
