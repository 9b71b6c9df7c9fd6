import { type ProbeArray, probe } from "../../check/identify/probe.js";
import { type NdArray, ndArray, numbersOf, reordered, withAxis } from "../../math/nd-array.js";
import { npyOfArray } from "../../render/formats/npy.js";
import { zipChunks } from "../../render/formats/zip.js";

/** The possible orders of the axes in the probe's arrays. */
export const PROBE_AXES = ["bhnd", "bnhd", "hnd", "nhd"] as const;

export type ProbeAxes = (typeof PROBE_AXES)[number];

/** Returns the probe as .npz: q, k and v in float32, and a mask of booleans, queries × keys. */
export async function probeArchive(order: ProbeAxes): Promise<Uint8Array> {
  const { query, key, value, mask } = probe();
  const entries = Object.entries({ q: query, k: key, v: value, mask }).map(([name, given]) => {
    const array = given === mask ? ndArray(mask.axes, mask.data) : inOrder(given, order);
    const type = given === mask ? "|b1" : "<f4";
    return { name: `${name}.npy`, chunks: () => npyOfArray(array.shape, numbersOf(array), type) };
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipChunks(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function inOrder({ axes, data }: ProbeArray, order: ProbeAxes): NdArray {
  const array = ndArray(axes, data);
  const laid = order.endsWith("nhd") ? reordered(array, [1, 0, 2]) : array;
  return order.startsWith("b") ? withAxis(laid, 0) : laid;
}
