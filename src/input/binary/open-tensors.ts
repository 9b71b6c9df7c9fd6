import { type BinaryKind, binaryKind } from "./detect.js";
import { openNpy, pickleInNpy } from "./npy.js";
import { openNpz } from "./npz.js";
import type { Place } from "./place.js";
import { openSafetensors } from "./safetensors.js";
import type { Tensor } from "./tensor.js";
import type { PickledFile, TensorFile } from "./tensor-file.js";
import { isTorchArchive } from "./torch-archive.js";
import { listZip, loadZlib } from "./zip.js";

/** The arrays of a file, with all their axes. */
export interface OpenedTensors extends TensorFile {
  /** As notices name it: "NumPy .npy". */
  readonly form: string;
  /** The only array of a file that names none; undefined where they have names. */
  readonly only?: Tensor;
}

/**
 * Opens the arrays of a .npy, .npz, .safetensors or .pt file with the axes that they have; undefined when the bytes are none of
 * these. `source` names them in messages. Throws SYNTAX for what is damaged.
 */
export async function openTensors(
  bytes: Uint8Array,
  source: string,
  kind: BinaryKind | undefined = binaryKind(bytes, source),
): Promise<OpenedTensors | undefined> {
  const place = { source, ...(/\.pth?$/i.test(source) && { again: "Save it again with torch.save." }) };
  switch (kind) {
    case "npy": {
      const pickle = pickleInNpy(bytes);
      if (pickle) return { form: "NumPy .npy of Python objects", ...(await pickled(pickle, place)) };
      const only = openNpy(bytes, place);
      return { form: "NumPy .npy", only, names: [], open: () => only };
    }
    case "safetensors":
      return { form: "safetensors", ...openSafetensors(bytes, place) };
    case "npz": {
      const entries = listZip(bytes, place);
      const zlib = await loadZlib();
      const { openPickle, openTorch } = await import("./pt.js");
      if (!isTorchArchive(entries))
        return { form: "NumPy .npz", ...openNpz(entries, zlib, place, openPickle) };
      return { form: "PyTorch .pt", ...withOnly(openTorch(entries, zlib, place)) };
    }
    case "legacy torch": {
      const { openLegacyTorch } = await import("./pt.js");
      return { form: "PyTorch .pt", ...withOnly(openLegacyTorch(bytes, place)) };
    }
    case "pickle":
      return { form: "Python pickle", ...(await pickled(bytes, place)) };
    default:
      return undefined;
  }
}

const withOnly = ({ only, ...file }: PickledFile) => ({
  ...file,
  ...(only !== undefined && { only: file.open(only) }),
});

async function pickled(bytes: Uint8Array, place: Place) {
  const { openPickle } = await import("./pt.js");
  return withOnly(openPickle(bytes, place));
}
