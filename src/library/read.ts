import { refuseAs } from "../errors.js";
import { storedBytes } from "../input/stored.js";
import { plainValue, type Value } from "../input/value.js";
import { readWhole } from "../runs/read/read-arrays.js";
import { toArray } from "./arrays.js";
import { inKeysLater } from "./in-keys.js";
import { type NdArray, ndArray } from "./nd-array.js";

/** The content of a file: an array, several arrays by name, or data that is not numbers. */
export type Contents =
  | NdArray
  | { readonly [name: string]: Contents }
  | readonly Contents[]
  | string
  | number
  | boolean
  | null;

/**
 * Reads the arrays of a file from its bytes: `.npy`, `.npz`, `.pt`, `.safetensors`, JSON, CSV and every other form that
 * the command line reads, complete and with all axes. `await read(readFileSync("dump.npz"))`. The name decides the form
 * if the bytes do not, and appears in errors. Rejects with UserError, such as SYNTAX.
 */
export function read(bytes: Uint8Array, name = "the file"): Promise<Contents> {
  return inKeysLater(async () => {
    if (!ArrayBuffer.isView(bytes)) {
      refuseAs("BAD_VALUE", "read takes the bytes of a file.", {
        hint: 'Write await read(readFileSync("dump.npz"), "dump.npz").',
      });
    }
    const stored = storedBytes(bytes);
    const files = {
      openFile: () => stored,
      openStdin: () => stored,
      exists: (path: string) => path === name,
    };
    return contentsOf((await readWhole(name, files, name)).value, name);
  });
}

function contentsOf(value: Value, name: string): Contents {
  if (value.kind === "scalar") return value.value;
  if (value.kind === "object") {
    const members = Array.from(value.entries, ([key, entry]) => [key, contentsOf(entry.value, key)] as const);
    return Object.fromEntries(members);
  }
  const plain = plainValue(value) as readonly unknown[];
  if (value.kind === "list" && !isOfNumbers(plain)) return plain as Contents;
  const { shape, data } = toArray(name, plain as number[]);
  return ndArray(Float64Array.from(data), shape, []);
}

const isOfNumbers = (given: unknown): boolean =>
  Array.isArray(given) ? given.every(isOfNumbers) : typeof given === "number";
