import { hasEnding } from "../endings.js";
import { type BinaryKind, binaryKind } from "./detect.js";
import { openNpy, pickleInNpy } from "./npy.js";
import { openNpz } from "./npz.js";
import type { Place } from "./place.js";
import { openSafetensors } from "./safetensors.js";
import type { TensorFile } from "./tensor.js";
import { listZip, loadZlib } from "./zip.js";

/** The arrays of a file, with all their axes. */
export interface OpenedTensors extends TensorFile {
  /** The name in notices: "NumPy .npy". */
  readonly form: string;
}

/**
 * Opens the arrays of a .npy, .npz, .safetensors or .pt file with all their axes. Returns undefined if the bytes are in
 * none of these formats. `source` names the file in messages. Throws SYNTAX if it is damaged.
 */
export async function openTensors(
  bytes: Uint8Array,
  source: string,
  kind: BinaryKind | undefined = binaryKind(bytes, source),
): Promise<OpenedTensors | undefined> {
  const place: Place = {
    source,
    ...(hasEnding(source, "pt pth") && { again: "Save it again with torch.save." }),
  };
  if (kind === "safetensors") return { form: "safetensors", ...openSafetensors(bytes, place) };
  const pickle = kind === "npy" ? pickleInNpy(bytes) : undefined;
  if (kind === "npy" && !pickle) {
    const array = openNpy(bytes, place);
    return { form: "NumPy .npy", names: [], only: "", open: () => array };
  }
  if (pickle === undefined && kind !== "npz" && kind !== "legacy torch" && kind !== "pickle")
    return undefined;
  const { findPickle, openLegacyTorch, openPickle, openTorch } = await import("./pt.js");
  if (pickle) return { form: "NumPy .npy of Python objects", ...openPickle(pickle, place) };
  if (kind === "pickle") return { form: "Python pickle", ...openPickle(bytes, place) };
  if (kind === "legacy torch") return { form: "PyTorch .pt", ...openLegacyTorch(bytes, place) };
  const entries = listZip(bytes, place);
  const zlib = await loadZlib();
  const ofTorch = findPickle(entries);
  return ofTorch
    ? { form: "PyTorch .pt", ...openTorch(ofTorch, entries, zlib, place) }
    : { form: "NumPy .npz", ...openNpz(entries, zlib, place, openPickle) };
}
