import { decodeElements, type ElementType, typeCalled } from "./element-types.js";
import {
  type Globals,
  isMade,
  isSizes,
  type Made,
  type NumpyArray,
  type NumpyType,
} from "./pickled-values.js";
import { type Callable, type Pickled, UnreadablePickle } from "./unpickle.js";

/** The globals that pickles of NumPy arrays name: each is a shape that the arguments must have, and no code of NumPy's. */
const GLOBALS: Globals = {
  // An empty array, which the state that follows fills.
  "multiarray._reconstruct": () => emptyArray(),
  "multiarray.scalar": ([type, bytes]) => numberOf(type, bytes),
  "numeric._frombuffer": ([bytes, type, shape, order]) => {
    const array = emptyArray();
    array.build([1, shape, type, order === "F", bytes]);
    return array;
  },
  "numpy.dtype": ([code]) => typeOf(String(code)),
  "numpy.ndarray": () => emptyArray(),
  // How older protocols write bytes: as text of one sign a byte.
  "_codecs.encode": ([text, encoding]) => {
    if (typeof text !== "string" || encoding !== "latin1") throw new UnreadablePickle("bytes are no latin1");
    return { kind: "bytes", bytes: Buffer.from(text, "latin1") };
  },
};

/** What NumPy calls so, in any of its versions; undefined for what it does not. */
export function findNumpyGlobal(global: string): Callable<Made> | undefined {
  const name = global.replace(/^numpy\._?core\./, "");
  const call = Object.hasOwn(GLOBALS, name) ? GLOBALS[name] : undefined;
  return call && { global, call };
}

const OBJECTS = "O";

/** A type by its code, f4 or O8; its byte order follows as its state. */
function typeOf(code: string): NumpyType {
  const made = {
    kind: "dtype" as const,
    code: code.replace(/^[<>|=]/, ""),
    littleEndian: !code.startsWith(">"),
    build(state: Pickled<Made>) {
      if (Array.isArray(state)) made.littleEndian = state[1] !== ">";
    },
  };
  return made;
}

function emptyArray(): NumpyArray & { build(state: Pickled<Made>): void } {
  const array: NumpyArray & { build(state: Pickled<Made>): void } = {
    kind: "array",
    shape: [0],
    code: "f8",
    littleEndian: true,
    fortran: false,
    build(state) {
      const [, shape, type, fortran, content] = Array.isArray(state) ? state : [];
      const isTyped = isMade(type) && type.kind === "dtype";
      if (!isSizes(shape) || !isTyped) throw new UnreadablePickle("an array has no shape, or no type");
      const { code, littleEndian } = type;
      Object.assign(array, { shape, code, littleEndian, fortran: fortran === true });
      if (code.startsWith(OBJECTS) && Array.isArray(content)) array.items = content;
      else array.bytes = bytesOf(content);
    },
  };
  return array;
}

function bytesOf(value: Pickled<Made> | undefined): Uint8Array {
  if (isMade(value) && value.kind === "bytes") return value.bytes;
  throw new UnreadablePickle("the numbers of an array are no bytes");
}

/** The type of the elements of an array; undefined of text, dates and the like. */
export const elementTypeOf = ({ code }: Pick<NumpyArray, "code">): ElementType | undefined =>
  typeCalled("npy", code);

/** One number, as NumPy's scalars hold it. */
function numberOf(type: Pickled<Made> | undefined, content: Pickled<Made> | undefined): Pickled<Made> {
  const isTyped = isMade(type) && type.kind === "dtype";
  const element = isTyped ? elementTypeOf(type) : undefined;
  const bytes = bytesOf(content);
  if (!isTyped || element?.size !== bytes.length) throw new UnreadablePickle("a number has no type");
  const [number] = decodeElements(
    { type: element, littleEndian: type.littleEndian, bytes },
    { source: "a number" },
    String,
  );
  return element.name === "bool" ? number === 1 : number;
}
