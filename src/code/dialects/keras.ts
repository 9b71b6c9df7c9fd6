import { floatCalls } from "../float-calls.js";
import { type Library, pythonNumber } from "../python.js";
import { pythonDialect } from "../script.js";
import { KERAS_CALL } from "./keras-calls.js";
import { numpyLibrary } from "./numpy.js";

const numpy = numpyLibrary("ops");

const library: Library = {
  ...numpy,
  transpose: (a) => `ops.transpose(${a})`,
  takeRows: (a, rows) => `ops.take(${a}, [${rows.join(", ")}], axis=0)`,
  zeros: (rows, cols) => `ops.zeros((${rows}, ${cols}), dtype="float64")`,
  count: (count) => `ops.arange(${count}, dtype="float64")`,
  number: (value) => (Number.isFinite(value) ? pythonNumber(value, "") : `float("${spell(value)}")`),
};

const spell = (value: number) => (Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf");

export const keras = pythonDialect({
  name: "keras",
  library,
  imports: ["import keras", "import numpy as np", "from keras import ops"],
  table: (rows) => `ops.convert_to_tensor(${rows}, dtype="float64")`,
  flags: (rows) => `ops.convert_to_tensor(${rows}, dtype="bool")`,
  stored: (name, isFlags) =>
    `ops.convert_to_tensor(numbers["${name}"], dtype="${isFlags ? "bool" : "float64"}")`,
  setUp: [
    "# dtype: what is made without a type is float64. With the JAX backend, set JAX_ENABLE_X64=1 as well.",
    'keras.config.set_floatx("float64")',
  ],
  toNumpy: (name) => `ops.convert_to_numpy(${name})`,
  fromNumpy: (name) => `ops.convert_to_tensor(${name}, dtype="float64")`,
  calls: floatCalls(KERAS_CALL),
});
