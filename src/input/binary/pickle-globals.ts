import { decodeElements, type ElementType, typeCalled, typeNamed } from "./element-types.js";
import {
  type Callable,
  isSizes,
  type NumpyArray,
  type NumpyType,
  objectOfKind,
  type Pickled,
  type PickledObject,
  type Storage,
  UnreadablePickle,
  type View,
} from "./pickled-values.js";

/**
 * The globals that pickles of tensors and NumPy arrays name, and what calling each returns. No code of these libraries
 * runs: each function only checks its arguments and builds plain data from them.
 */
const GLOBALS: Readonly<Record<string, Callable["call"]>> = {
  "torch._utils._rebuild_tensor_v2": makeView,
  // For types without their own storage class; the seventh argument is the type.
  "torch._utils._rebuild_tensor_v3": (args) => {
    const view = makeView(args);
    const { type = view.storage.type } = objectOfKind(args[6], "type") ?? {};
    return { ...view, storage: { ...view.storage, type } };
  },
  "torch._utils._rebuild_parameter": ([tensor = null]) => tensor,
  "collections.OrderedDict": ([pairs]) => new Map(Array.isArray(pairs) ? pairs.map(pairOf) : []),
  "torch.Size": ([sizes = []]) => sizes,
  // An empty array, filled by the state that follows in the pickle.
  "multiarray._reconstruct": emptyArray,
  "numpy.ndarray": emptyArray,
  "multiarray.scalar": ([type, bytes]) => numberOf(type, bytes),
  "numeric._frombuffer": ([bytes, type, shape, order]) => {
    const array = emptyArray();
    array.build([1, shape, type, order === "F", bytes]);
    return array;
  },
  "numpy.dtype": ([code]) => typeOf(String(code)),
  // Older protocols write bytes as latin1 text, one character per byte.
  "_codecs.encode": ([text, encoding]) => {
    if (typeof text !== "string" || encoding !== "latin1") throw new UnreadablePickle("bytes are not latin1");
    return { kind: "bytes", bytes: Buffer.from(text, "latin1") };
  },
};

/** Returns what a global's name means in a pickle. Returns undefined for a name that is not allowed. */
export function findGlobal(global: string): PickledObject | undefined {
  // Versions of NumPy have them in different modules.
  const name = global.replace(/^numpy\._?core\./, "");
  if (Object.hasOwn(GLOBALS, name)) return { kind: "function", global, call: GLOBALS[name] };
  const type = storageType(global);
  if (!type || !global.endsWith("Storage")) return type && { kind: "type", type };
  return {
    kind: "function",
    global,
    call() {
      throw new UnreadablePickle(`${global} is called`);
    },
  };
}

/** Returns the type of the numbers in a storage class such as `torch.FloatStorage`. */
function storageType(global: string): ElementType | undefined {
  // Raw bytes; the tensor gives their type.
  if (global === "torch.storage.UntypedStorage" || global === "torch.UntypedStorage")
    return typeCalled("torch", "ByteStorage");
  const name = global.startsWith("torch.") ? global.slice("torch.".length) : "";
  return typeCalled("torch", name) ?? typeNamed(name);
}

function pairOf(pair: Pickled): [string, Pickled] {
  if (Array.isArray(pair) && pair.length === 2 && typeof pair[0] === "string") return [pair[0], pair[1]];
  throw new UnreadablePickle("a dictionary has something other than names with values");
}

/** Reads a storage reference: `('storage', torch.FloatStorage, '0', 'cpu', 4)`. */
export function loadStorage(id: Pickled): Storage {
  const [word, found, key] = Array.isArray(id) ? id : [];
  const type = storageType(objectOfKind(found, "function")?.global ?? "");
  if (word === "storage" && typeof key === "string" && type) return { kind: "storage", type, key };
  throw new UnreadablePickle("a tensor has no storage");
}

function makeView([given, offset, shape, strides]: readonly Pickled[]): View {
  const storage = objectOfKind(given, "storage");
  if (storage && isSizes([offset]) && isSizes(shape) && isSizes(strides) && shape.length === strides.length)
    return { kind: "tensor", storage, offset: Number(offset), shape, strides };
  throw new UnreadablePickle("a tensor does not have a storage, an offset, sizes and strides");
}

const OBJECTS = "O";

/** Makes a NumPy type from its code, f4 or O8; its byte order follows as its state. */
function typeOf(code: string): NumpyType {
  const made = {
    kind: "dtype" as const,
    code: code.replace(/^[<>|=]/, ""),
    littleEndian: !code.startsWith(">"),
    build(state: Pickled) {
      if (Array.isArray(state)) made.littleEndian = state[1] !== ">";
    },
  };
  return made;
}

function emptyArray(): NumpyArray {
  const array: NumpyArray = {
    kind: "array",
    shape: [0],
    code: "f8",
    littleEndian: true,
    fortran: false,
    build(state) {
      const [, shape, given, fortran, content] = Array.isArray(state) ? state : [];
      const type = objectOfKind(given, "dtype");
      if (!isSizes(shape) || !type) throw new UnreadablePickle("an array has no shape, or no type");
      const { code, littleEndian } = type;
      Object.assign(array, { shape, code, littleEndian, fortran: fortran === true });
      if (!code.startsWith(OBJECTS) || !Array.isArray(content)) array.bytes = bytesOf(content);
      else if (!content.every((item) => typeof item === "number")) array.items = content;
      // Numbers that are stored as Python objects.
      else Object.assign(array, { code: "f8", bytes: new Uint8Array(Float64Array.from(content).buffer) });
    },
  };
  return array;
}

function bytesOf(value: Pickled | undefined): Uint8Array {
  const made = objectOfKind(value, "bytes");
  if (made) return made.bytes;
  throw new UnreadablePickle("the numbers of an array are not bytes");
}

/** Reads one number from the bytes of a NumPy scalar. */
function numberOf(given: Pickled | undefined, content: Pickled | undefined): Pickled {
  const { code = "", littleEndian = true } = objectOfKind(given, "dtype") ?? {};
  const type = typeCalled("npy", code);
  const bytes = bytesOf(content);
  if (type?.size !== bytes.length) throw new UnreadablePickle("a number has no type");
  const [number] = decodeElements({ type, littleEndian, bytes }, { source: "a number" }, String);
  return type.name === "bool" ? number === 1 : number;
}
