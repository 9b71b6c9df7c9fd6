import { foundText, multiplyByPower } from "../number.js";
import type { Value } from "../value.js";
import { byWord } from "../words.js";
import { eachArgument, skipArgument } from "./arguments.js";
import { readDput } from "./dput.js";
import { accept, type BracketScan, fail, matchAt, noteForm, refuseOpen, skipGap } from "./scan.js";
import { checkShape, dimensionsIn } from "./shape.js";

/**
 * Reads a call: `array([[1, 2]], dtype=float32)`, `np.float64(1.5)`. Returns undefined if there is no function name
 * here, or the function belongs in a cell (`sqrt`).
 */
export function readCall(scan: BracketScan, nested: () => Value): Value | undefined {
  const { position: start } = scan;
  const name = accept(scan, /(?:new\s+)?([A-Za-z_][\w.]*)\(/y)?.[1];
  if (name === undefined) return undefined;
  // R's `matrix(c(1, 2, 3, 4), nrow = 2)`; NumPy prints `matrix([[1, 2]])`.
  if (
    name === "structure" ||
    (name === "matrix" && matchAt(scan, /\s*(?:data\s*=\s*)?(?:c\s*\(|-?\d+L?:)/y))
  ) {
    return readDput(scan, start, nested);
  }
  const form = constructorForm(name);
  if (form !== undefined) {
    noteForm(scan, form);
    return readArguments(scan, name, start, nested);
  }
  if (isScalarType(name) && name !== "float") return readScalarCall(scan, start, nested);
  scan.position = start;
  if (isCellFunction(name)) return undefined;
  const message = `"${name}" is no constructor of an array: qkv does not know what it does with its arguments.`;
  return fail(scan, start, message, PASTE_PRINTED);
}

function readScalarCall(scan: BracketScan, start: number, nested: () => Value): Value {
  const value = nested();
  skipGap(scan);
  if (value.kind === "scalar" && accept(scan, ")")) return value;
  return fail(scan, start, "one number and ) are expected in these parentheses.", "Write the number itself.");
}

/**
 * Reads the array among the arguments of a constructor. Arguments such as `dtype=…`, `device=…` and `grad_fn=<…>` are
 * skipped, because they do not change the numbers.
 */
function readArguments(scan: BracketScan, name: string, start: number, nested: () => Value): Value {
  const open = scan.position - 1;
  let array: Value | undefined;
  let sizes: readonly number[] | undefined;
  skipGap(scan);
  const exponent = accept(scan, /1(?:\.0*)?e([-+][0-2]?\d{1,2}) \*\s*(?=\[)/y)?.[1];
  eachArgument(scan, (key) => {
    if (ARRANGING.includes(key ?? "")) {
      fail(scan, scan.position, `"${key}" arranges the numbers in another way.`, PASTE_PRINTED);
    }
    if (key === "shape" || key === "size") sizes = dimensionsIn(skipArgument(scan, open));
    else if (key !== undefined && key !== "data") skipArgument(scan, open);
    else if (array === undefined) array = nested();
    else if (!accept(scan, /[A-Za-z][\w.]*(?=\s*[,)])/y)) {
      const message = `${name}(…) takes one array, but ${foundText(scan)}.`;
      fail(scan, scan.position, message, "Give the rows as one list.");
    }
  });
  if (!array) fail(scan, start, `${name}(…) has no completely printed array.`, "Print a dense array.");
  if (sizes) checkShape(scan, start, sizes, array);
  if (exponent !== undefined) multiply(scan, array, Number(exponent));
  // JavaScript's `new Float64Array(3)` makes three zeros, but JAX prints a single number as an array with its dtype.
  const mayBeLength = name.endsWith("Array") && !scan.text.slice(start, scan.position).includes("dtype");
  if (array.kind === "scalar" && mayBeLength)
    fail(scan, start, `${name}(…) of one number may be an array of this length.`, PASTE_PRINTED);
  return array;
}

/** Arguments that say in which order numbers fill the rows. */
const ARRANGING = ["nrow", "ncol", "byrow", "dim"];

const PASTE_PRINTED = "Paste the numbers that it prints.";

/** Multiplies by the common factor that torch prints before the numbers: `tensor(1e+03 * [[1.5, 2.0]])`. */
function multiply(scan: BracketScan, array: Value, exponent: number): void {
  if (array.kind === "list") for (const item of array.items) multiply(scan, item, exponent);
  if (array.kind !== "numbers") return;
  multiplyByPower(array.data, exponent);
  scan.exponents.set(array.start, exponent);
  scan.remarks.add(`every number times 1e${exponent}`);
}

/** Reads `<tf.Tensor: shape=(2, 2), dtype=float32, numpy=array(…)>`. */
export function readTensorFlow(scan: BracketScan, nested: () => Value): Value {
  const { position: start } = scan;
  const about = accept(scan, /<tf\.(?:Tensor|Variable)\b[^<>]*?\bnumpy=/y)?.[0];
  if (about === undefined) {
    const message = "there is no array in these angle brackets.";
    fail(scan, start, message, "Print the numbers, as .numpy() gives them.");
  }
  noteForm(scan, "TensorFlow tensor");
  const value = nested();
  const sizes = dimensionsIn(/shape=(\([^()]*\))/.exec(about)?.[1] ?? "");
  if (sizes) checkShape(scan, start, sizes, value);
  skipGap(scan);
  if (!accept(scan, ">")) refuseOpen(scan, start);
  return value;
}

/** The last parts of constructors' names, by the program or language that uses them. */
const FORMS = byWord({
  "NumPy array": "array asarray",
  "NumPy matrix": "matrix",
  "NumPy masked array": "masked_array",
  "torch tensor": "tensor as_tensor Parameter FloatTensor DoubleTensor LongTensor BoolTensor",
  tensor: "Tensor",
  "JAX array": "Array DeviceArray",
  "TensorFlow tensor": "constant Variable convert_to_tensor tensor1d tensor2d",
  "sympy matrix": "Matrix ImmutableMatrix ImmutableDenseMatrix MutableDenseMatrix",
  "Python list": "list",
  "Python tuple": "tuple",
  "Rust literal": "arr1 arr2",
  "JavaScript array": "Float32Array Float64Array",
});

/**
 * Returns the form of text that a constructor's name implies. Returns undefined if the function does not make an array
 * of its argument.
 */
function constructorForm(name: string): string | undefined {
  if (name === "tf.Tensor" || name === "tf.Variable") return "TensorFlow tensor";
  if (name.startsWith("jnp.")) return "JAX array";
  return FORMS.get(name.slice(name.lastIndexOf(".") + 1));
}

/** Whether a name is `np.float64` or a similar type, whose argument is one number. */
function isScalarType(name: string): boolean {
  return /^(?:\w+\.)*(?:float|int|uint|bool|bfloat|longdouble)(?:\d+_?|_)?$/.test(name);
}

/** Whether a function may occur in a cell, such as `sqrt`. */
function isCellFunction(name: string): boolean {
  return /^(?:(?:np|numpy|math|torch|jnp|sympy|sp)\.)?(?:sqrt|exp|ln|float|Fraction|Rational)$/.test(name);
}
