import { isNameOfLogSumExp, isNameOfOutput } from "../../attention/names.js";
import { PROBE, type ProbeArray, probe } from "../../check/identify/probe.js";
import { nameInPath } from "../../input/arrays/members.js";
import { shapeName } from "../../input/binary/tensor.js";
import { inputNamed } from "../../input/names.js";
import type { Files } from "../../input/open.js";
import { refuseIn } from "../../input/source.js";
import { at, type NdArray, ndArray, numbersOf, reordered, withAxis } from "../../math/nd-array.js";
import { npyOfArray } from "../../render/formats/npy.js";
import { zipChunks } from "../../render/formats/zip.js";
import { readArrays } from "../../runs/read/read-arrays.js";

const { heads, queries, size } = PROBE;

/**
 * Reads the answers of a kernel to the probe, head by head, from a file of named arrays, or of the first output alone.
 * The result has the order of the axes in the outputs. Throws UNKNOWN_KEY, SHAPE_MISMATCH and the errors of reading.
 */
export async function readProbeAnswers(given: string, files: Files) {
  const { source, arrays } = await readArrays(given, files, "the answers", "out");
  const found = new Map(arrays.map(({ name, value }) => [roleOf(name, source.name), value.array]));
  const lying = (role: string, rest: readonly number[]) => {
    const array = found.get(role);
    return array && headsFirst(role, array, rest, source.name);
  };
  const answersOf = (suffix: string) => {
    const made = lying(`out${suffix}`, [size]);
    const logSumExp = made && lying(`lse${suffix}`, [])?.data;
    return made && { output: made.data, axes: made.axes, ...(logSumExp && { logSumExp }) };
  };
  const [plain, masked] = [answersOf(""), answersOf("_masked")];
  if (plain) return { plain, masked, axes: plain.axes };
  return refuseIn(
    source.name,
    "UNKNOWN_KEY",
    "it contains no output without the mask.",
    "Name it out, and the output of the second run, with the mask, out_masked.",
  );
}

/** Returns the role of an array by its name: "out", "lse_masked", or "given" for an input. */
function roleOf(name: string, source: string) {
  const plain = name.replace(/[_\s.-]?mask(?:ed)?[_\s.-]?/i, "");
  if (["q", "k", "v", ""].includes(plain.toLowerCase())) return "given";
  const suffix = plain === name ? "" : "_masked";
  if (isNameOfOutput(plain)) return `out${suffix}`;
  if (isNameOfLogSumExp(plain)) return `lse${suffix}`;
  const hint =
    inputNamed(nameInPath(name)) === undefined && !/\./.test(name)
      ? "The answers are out and out_masked, optionally with lse and lse_masked."
      : `For a dump with its own q, k and v use qkv check ${source}, which also finds the conventions that make it right.`;
  return refuseIn(source, "UNKNOWN_KEY", `"${name}" is not an answer to the probe.`, hint);
}

/** Returns an array with its axes in the order heads, queries, rest, and the order that it had. */
function headsFirst(name: string, array: NdArray, rest: readonly number[], source: string) {
  const isBatched = array.shape[0] === 1 && array.shape.length === rest.length + 3;
  const inBatch = isBatched ? at(array, 0, 0) : array;
  const inLayout = (inner: "hn" | "nh", given: NdArray) => ({
    axes: `${isBatched ? "b" : ""}${inner}${rest.length === 0 ? "" : "d"}`,
    data: numbersOf(given),
  });
  const [ordered, swapped] = [
    [heads, queries, ...rest],
    [queries, heads, ...rest],
  ].map(shapeName);
  const shape = shapeName(inBatch.shape);
  if (shape === ordered) return inLayout("hn", inBatch);
  if (shape === swapped) return inLayout("nh", reordered(inBatch, [1, 0, 2].slice(0, inBatch.shape.length)));
  return refuseIn(
    source,
    "SHAPE_MISMATCH",
    `${name} is ${shapeName(array.shape)}, but 1×${ordered} is expected.`,
    `It may also be without the batch, or with tokens before heads: 1×${swapped}.`,
  );
}

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

function inOrder({ axes, data }: ProbeArray, order: ProbeAxes) {
  const array = ndArray(axes, data);
  const unbatched = order.endsWith("nhd") ? reordered(array, [1, 0, 2]) : array;
  return order.startsWith("b") ? withAxis(unbatched, 0) : unbatched;
}
