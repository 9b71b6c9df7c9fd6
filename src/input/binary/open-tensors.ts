import { hasEnding } from "../endings.js";
import { readFrom, readWhole, type Stored } from "../stored.js";
import { binaryKind } from "./detect.js";
import { holdsObjects, openNpy, readNpyHeader } from "./npy.js";
import { openNpz } from "./npz.js";
import type { Place } from "./place.js";
import { findPickle, openLegacyTorch, openPickle, openTorch } from "./pt.js";
import { openSafetensors } from "./safetensors.js";
import type { TensorFile } from "./tensor.js";
import { listZip } from "./zip.js";

/** The number of bytes that distinguish the formats. */
const START_BYTES = 64;

/** The arrays of a file, with all their axes. */
export interface OpenedTensors extends TensorFile {
  /** The name in notices: "NumPy .npy". */
  readonly form: string;
}

/**
 * Opens the arrays of a .npy, .npz, .safetensors or .pt file with all their axes. Of .safetensors only the header and the
 * arrays that are needed are read. Returns undefined if the bytes are in none of these formats. `source` names the file in messages. Throws SYNTAX if it is damaged.
 */
export function openTensors(
  stored: Stored,
  source: string,
  kind = binaryKind(readFrom(stored, 0, START_BYTES), source),
): OpenedTensors | undefined {
  const place: Place = {
    source,
    ...(hasEnding(source, "pt pth") && { again: "Save it again with torch.save." }),
  };
  if (kind === "safetensors") return { form: "safetensors", ...openSafetensors(stored, place) };
  const bytes = readWhole(stored);
  const header = kind === "npy" ? readNpyHeader(bytes, place) : undefined;
  if (kind === "npy" && !(header && holdsObjects(header))) {
    const array = openNpy(bytes, place, header);
    return { form: "NumPy .npy", tensors: new Map(), only: () => array };
  }
  if (!header && kind !== "npz" && kind !== "legacy torch" && kind !== "pickle") return undefined;
  if (header)
    return { form: "NumPy .npy of Python objects", ...openPickle(bytes.subarray(header.dataStart), place) };
  if (kind === "pickle") return { form: "Python pickle", ...openPickle(bytes, place) };
  if (kind === "legacy torch") return { form: "PyTorch .pt", ...openLegacyTorch(bytes, place) };
  const entries = listZip(bytes, place);
  const ofTorch = findPickle(entries);
  return ofTorch
    ? { form: "PyTorch .pt", ...openTorch(ofTorch, entries, place) }
    : { form: "NumPy .npz", ...openNpz(entries, place) };
}
