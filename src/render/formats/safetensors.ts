import type { AboutRun, ArchiveFormat, NamedMatrix } from "./format.js";
import { numberChunks } from "./npy.js";
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

const BYTES = Float64Array.BYTES_PER_ELEMENT;

async function* write(named: Iterable<NamedMatrix>, about?: AboutRun): AsyncGenerator<Uint8Array> {
  const all = Array.from(named);
  const header: Record<string, unknown> = about ? { __metadata__: { "run.json": textOfRun(about) } } : {};
  let end = 0;
  for (const { key, matrix, shape = [matrix.rows, matrix.cols] } of all) {
    const start = end;
    end += BYTES * matrix.data.length;
    header[key] = { dtype: "F64", shape, data_offsets: [start, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Blanks after the header align the numbers, so that a machine can read them directly.
  const length = Math.ceil(text.length / BYTES) * BYTES;
  const before = new Uint8Array(BYTES + length).fill(0x20);
  new DataView(before.buffer).setBigUint64(0, BigInt(length), true);
  before.set(text, BYTES);
  yield before;
  for (const { matrix } of all) yield* numberChunks(matrix.data);
}
