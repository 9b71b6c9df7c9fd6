/** What programs print or take around the brackets of an array, by what that shows: the last parts of names. */
const CONSTRUCTORS: Readonly<Record<string, string>> = {
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
  "R vector": "c",
  "R matrix": "rbind",
  "Rust literal": "arr1 arr2",
  "JavaScript array": "Float32Array Float64Array",
};

const FORMS: ReadonlyMap<string, string> = new Map(
  Object.entries(CONSTRUCTORS).flatMap(([form, names]) => names.split(" ").map((name) => [name, form])),
);

/** Constructors whose arguments are the cells or rows themselves, not one list of them. */
const GATHERING = ["c", "rbind"];

/** What a name before `(` shows of the text; undefined when it makes no array of what stands in its brackets. */
export function constructorForm(name: string): string | undefined {
  if (name === "tf.Tensor" || name === "tf.Variable") return "TensorFlow tensor";
  if (name.startsWith("jnp.")) return "JAX array";
  return FORMS.get(name.slice(name.lastIndexOf(".") + 1));
}

export function gathersArguments(name: string): boolean {
  return GATHERING.includes(name);
}

/** True for `np.float64` and its like, whose argument is one number. */
export function isScalarType(name: string): boolean {
  return /^(?:\w+\.)*(?:float|int|uint|bool|bfloat|longdouble)(?:\d+_?|_)?$/.test(name);
}

/** True for `sqrt` and the other functions that a cell may hold. */
export function isCellFunction(name: string): boolean {
  return /^(?:(?:np|numpy|math|torch|jnp|sympy|sp)\.)?(?:sqrt|exp|ln|float|Fraction|Rational)$/.test(name);
}
