import { listed } from "../../errors.js";
import { nearest } from "../../suggestion.js";
import { hasEnding } from "../endings.js";
import { type Place, refuseBinary } from "./place.js";

/** Which array of a file is read, and which part of it: an index for each of its first axes. */
interface Picked {
  readonly name?: string | undefined;
  readonly indices?: readonly number[] | undefined;
}

/** Extensions of files that may contain several arrays. */
const OF_SEVERAL = "npy npz safetensors pt pth pkl pickle bin xlsx xlsm ods json jsonl ndjson";

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

/** Splits a pick into the name of an array and the indices after it: `wq:0,3`. Each may be missing. */
function partsOfPick(text: string): Picked {
  const [end = ""] = /(?:^|:)\d+(?:,\d+)*$/.exec(text) ?? [];
  const name = text.slice(0, text.length - end.length);
  return {
    name: name === "" ? undefined : name,
    indices: end === "" ? undefined : end.replace(":", "").split(",").map(Number),
  };
}

/** Parses a pick for a file whose array has no name. Throws BAD_VALUE. */
export function pickIndices(text: string | undefined, place: Place): readonly number[] | undefined {
  if (text === undefined) return undefined;
  const { name, indices } = partsOfPick(text);
  if (name === undefined && indices) return indices;
  const message = `"${text}" is not a slice of it: the file has one array, without a name.`;
  const hint = `Write an index for each axis before the last two: ${place.source}:0,3.`;
  return refuseBinary(place, "BAD_VALUE", message, hint);
}

/** Parses a pick for a file whose arrays have names. Throws UNKNOWN_KEY. */
export function pickNamed(text: string | undefined, names: readonly string[], place: Place): Picked {
  if (text === undefined) return {};
  if (names.includes(text)) return { name: text };
  const { name = names.length === 1 ? names[0] : text, indices } = partsOfPick(text);
  if (names.includes(name)) return { name, indices };
  const near = nearest(name, names);
  const hint = near === undefined ? `Its arrays are: ${listed(names)}.` : `Did you mean "${near}"?`;
  return refuseBinary(place, "UNKNOWN_KEY", `it has no array "${name}".`, hint);
}

/** Returns the name at the start of a pick, if there is a name: `wq` of `wq:0,3`. */
export const nameInPick = (text: string): string | undefined => partsOfPick(text).name;
