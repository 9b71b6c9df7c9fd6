import { type ProbeArray, probe } from "../../check/identify/probe.js";
import { npyOfArray } from "../../render/formats/npy.js";
import { zipChunks } from "../../render/formats/zip.js";

/** How the arrays of the probe may lie. */
export const PROBE_AXES = ["bhnd", "bnhd", "hnd", "nhd"] as const;

export type ProbeAxes = (typeof PROBE_AXES)[number];

/** The probe as .npz: q, k and v in float32, and a mask of booleans, queries × keys. */
export async function probeArchive(order: ProbeAxes): Promise<Uint8Array> {
  const { query, key, value, mask } = probe();
  const entries = Object.entries({ q: query, k: key, v: value, mask }).map(([name, array]) => {
    const { axes, data } = array === mask ? array : inOrder(array, order);
    return { name: `${name}.npy`, chunks: () => npyOfArray(axes, data, array === mask ? "|b1" : "<f4") };
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipChunks(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function inOrder({ axes: [heads, rows, cols], data }: ProbeArray, order: ProbeAxes): ProbeArray {
  const isSwapped = order.endsWith("nhd");
  const batch = order.startsWith("b") ? [1] : [];
  return {
    axes: [...batch, ...(isSwapped ? [rows, heads] : [heads, rows]), cols],
    data: isSwapped ? swapAxes(data, [heads, rows, cols]) : data,
  };
}

/** n × m × cols as m × n × cols. */
export function swapAxes(data: Float64Array, [n, m, cols]: readonly [number, number, number]): Float64Array {
  const made = new Float64Array(data.length);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const from = (i * m + j) * cols;
      made.set(data.subarray(from, from + cols), (j * n + i) * cols);
    }
  }
  return made;
}
