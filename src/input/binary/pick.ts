import { listed } from "../../errors.js";
import { nearest } from "../../suggestion.js";
import { hasEnding } from "../endings.js";
import { type Place, refuseBinary } from "./place.js";

/** Which array of a file is read, and which part of it: an index for each of its first axes. */
export interface Picked {
  readonly name?: string | undefined;
  readonly indices?: readonly number[] | undefined;
}

/** Extensions of files that may contain several arrays. */
const OF_SEVERAL = "npy npz safetensors pt pth pkl pickle bin xlsx xlsm ods json jsonl ndjson";

const INDICES = /^\d+(?:,\d+)*$/;

/**
 * Splits `q.npy:0,3` or `model.npz:wq` into path and pick. Returns undefined if no pick follows the name of such a
 * file.
 */
export function splitPick(given: string): { readonly path: string; readonly text: string } | undefined {
  if (!given.includes(":")) return undefined; // fast path: most names have no colon, and the pattern takes longer than opening the file
  for (let colon = given.indexOf(":"); colon >= 0; colon = given.indexOf(":", colon + 1)) {
    const path = given.slice(0, colon);
    if (hasEnding(path, OF_SEVERAL)) return { path, text: given.slice(colon + 1) };
  }
  return undefined;
}

/** Parses a pick for a file whose array has no name. Throws BAD_VALUE. */
export function pickIndices(text: string | undefined, place: Place): readonly number[] | undefined {
  if (text === undefined) return undefined;
  if (INDICES.test(text)) return readIndices(text);
  const message = `"${text}" is not a slice of it: the file has one array, without a name.`;
  const hint = `Write an index for each axis before the last two: ${place.source}:0,3.`;
  return refuseBinary(place, "BAD_VALUE", message, hint);
}

/** Parses a pick for a file whose arrays have names. Throws UNKNOWN_KEY. */
export function pickNamed(text: string | undefined, names: readonly string[], place: Place): Picked {
  if (text === undefined) return {};
  if (names.includes(text)) return { name: text };
  if (INDICES.test(text) && names.length === 1) return { name: names[0], indices: readIndices(text) };
  const colon = text.lastIndexOf(":");
  const [name, indices] = colon < 0 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
  if (INDICES.test(indices) && names.includes(name)) return { name, indices: readIndices(indices) };
  const word = INDICES.test(indices) ? name : text;
  const near = nearest(word, names);
  const hint = near === undefined ? `Its arrays are: ${listed(names)}.` : `Did you mean "${near}"?`;
  return refuseBinary(place, "UNKNOWN_KEY", `it has no array "${word}".`, hint);
}

/** Returns the name at the start of a pick, if there is a name: `wq` of `wq:0,3`. */
export function nameInPick(text: string): string | undefined {
  const name = text.replace(/(?:^|:)\d+(?:,\d+)*$/, "");
  return name === "" ? undefined : name;
}

function readIndices(text: string): readonly number[] {
  return text.split(",").map(Number);
}
