/** What programs print or take around the brackets of an array, by the last part of its name, and what that shows. */
const CONSTRUCTORS: Readonly<Record<string, string>> = {
  ...{
    array: "NumPy array",
    asarray: "NumPy array",
    matrix: "NumPy matrix",
    masked_array: "NumPy masked array",
  },
  ...{ tensor: "torch tensor", as_tensor: "torch tensor", Tensor: "tensor", Parameter: "torch tensor" },
  ...{
    FloatTensor: "torch tensor",
    DoubleTensor: "torch tensor",
    LongTensor: "torch tensor",
    BoolTensor: "torch tensor",
  },
  ...{ Array: "JAX array", DeviceArray: "JAX array" },
  ...{ constant: "TensorFlow tensor", Variable: "TensorFlow tensor", convert_to_tensor: "TensorFlow tensor" },
  ...{ Matrix: "sympy matrix", ImmutableMatrix: "sympy matrix", ImmutableDenseMatrix: "sympy matrix" },
  ...{
    MutableDenseMatrix: "sympy matrix",
    list: "Python list",
    tuple: "Python tuple",
    c: "R vector",
    rbind: "R matrix",
    ...{ arr1: "Rust literal", arr2: "Rust literal" },
    ...{
      tensor1d: "TensorFlow tensor",
      tensor2d: "TensorFlow tensor",
      Float32Array: "JavaScript array",
      Float64Array: "JavaScript array",
    },
  },
};

/** Constructors whose arguments are the cells or rows themselves, not one list of them. */
const GATHERING = ["c", "rbind"];

/** What a name before `(` shows of the text; undefined when it makes no array of what stands in its brackets. */
export function constructorForm(name: string): string | undefined {
  if (name === "tf.Tensor" || name === "tf.Variable") return "TensorFlow tensor";
  if (name.startsWith("jnp.")) return "JAX array";
  const last = name.slice(name.lastIndexOf(".") + 1);
  return Object.hasOwn(CONSTRUCTORS, last) ? CONSTRUCTORS[last] : undefined;
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
