import type { AboutRun, ArchiveFormat, NamedMatrix } from "./format.js";
import { numberChunks, singleBytes } from "./npy.js";
import { textOfRun } from "./run-text.js";

/**
 * The file format in which models are shared: the length of a JSON header (u64, little-endian), the header with name,
 * type, axes and place of each matrix, then the numbers as float64 without gaps. `run.json` in `__metadata__` says
 * which are inputs, so that the whole can be read as a run.
 */
export const safetensors: ArchiveFormat = {
  endings: [".safetensors"],
  holds: "matrices",
  isBinary: true,
  write,
};

/** An array of any number of axes, and its name. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
  /** Whether its numbers say true and false. */
  readonly isTrue?: boolean;
}

const BYTES = Float64Array.BYTES_PER_ELEMENT;

async function* write(named: Iterable<NamedMatrix>, about?: AboutRun) {
  const arrays = Array.from(named, ({ key, matrix, shape = [matrix.rows, matrix.cols] }) => {
    return { name: key, shape, data: matrix.data };
  });
  yield* safetensorsOf(arrays, about && { "run.json": textOfRun(about) });
}

/** The bytes of a file: numbers are float32 where they are so, truths a byte each, and all else float64. */
export function* safetensorsOf(arrays: readonly NamedArray[], metadata?: object): Generator<Uint8Array> {
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  let end = 0;
  for (const { name, shape, data, isTrue } of arrays) {
    const [dtype, size] = isTrue ? ["BOOL", 1] : data instanceof Float32Array ? ["F32", 4] : ["F64", BYTES];
    const start = end;
    end += Number(size) * data.length;
    header[name] = { dtype, shape, data_offsets: [start, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Blanks behind the header let the numbers begin where a machine reads them at once.
  const length = Math.ceil(text.length / BYTES) * BYTES;
  const before = new Uint8Array(BYTES + length).fill(0x20);
  new DataView(before.buffer).setBigUint64(0, BigInt(length), true);
  before.set(text, BYTES);
  yield before;
  for (const { data, isTrue } of arrays) {
    if (isTrue) yield Uint8Array.from(data);
    else if (data instanceof Float32Array) yield singleBytes(data);
    else yield* numberChunks(data instanceof Float64Array ? data : Float64Array.from(data));
  }
}
