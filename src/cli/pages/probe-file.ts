import { type ProbeArray, probe } from "../../check/identify/probe.js";
import { npyOfArray } from "../../render/formats/npy.js";
import { zipChunks } from "../../render/formats/zip.js";

/** How the arrays of the probe may lie. */
export const PROBE_AXES = ["bhnd", "bnhd", "hnd", "nhd"] as const;

export type ProbeAxes = (typeof PROBE_AXES)[number];

/** The probe as .npz: q, k and v in float32, and a mask of booleans, queries × keys. */
export async function probeArchive(axes: ProbeAxes): Promise<Uint8Array> {
  const { query, key, value, mask } = probe();
  const arrays = { q: inOrder(query, axes), k: inOrder(key, axes), v: inOrder(value, axes) };
  const entries = [
    ...Object.entries(arrays).map(([name, array]) => ({
      name: `${name}.npy`,
      chunks: () => npyOfArray(array.axes, array.data, "<f4"),
    })),
    { name: "mask.npy", chunks: () => npyOfArray(mask.axes, mask.data, "|b1") },
  ];
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipChunks(entries)) chunks.push(chunk);
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function inOrder({ axes: [heads, rows, cols], data }: ProbeArray, order: ProbeAxes): ProbeArray {
  const inner = order.endsWith("nhd") ? [rows, heads, cols] : [heads, rows, cols];
  const axes = order.length === 4 ? [1, ...inner] : inner;
  return { axes, data: order.endsWith("nhd") ? headsBehind(data, heads, rows, cols) : data };
}

/** heads × rows × cols as rows × heads × cols. */
function headsBehind(data: Float64Array, heads: number, rows: number, cols: number): Float64Array {
  const made = new Float64Array(data.length);
  for (let head = 0; head < heads; head++) {
    for (let row = 0; row < rows; row++) {
      const from = (head * rows + row) * cols;
      made.set(data.subarray(from, from + cols), (row * heads + head) * cols);
    }
  }
  return made;
}
