import { binaryKind } from "./detect.js";
import { openNpy } from "./npy.js";
import { openNpz } from "./npz.js";
import { openSafetensors } from "./safetensors.js";
import type { Tensor } from "./tensor.js";
import { isTorchArchive } from "./torch-archive.js";
import { loadZlib } from "./unpack.js";
import { listZip } from "./zip.js";

/** The arrays of a file, with all their axes. */
export interface OpenedTensors {
  /** The only array of a file that names none; undefined where they have names. */
  readonly only?: Tensor;
  readonly names: readonly string[];
  open(name: string): Tensor;
}

/**
 * Opens the arrays of a .npy, .npz, .safetensors or .pt file with the axes that they have; undefined when the bytes are none of
 * these. `source` names them in messages. Throws SYNTAX for what is damaged.
 */
export async function openTensors(bytes: Uint8Array, source: string): Promise<OpenedTensors | undefined> {
  const place = { source };
  switch (binaryKind(bytes, source)) {
    case "npy": {
      const only = openNpy(bytes, place);
      return { only, names: [], open: () => only };
    }
    case "safetensors":
      return openSafetensors(bytes, place);
    case "npz": {
      const entries = listZip(bytes, place);
      const zlib = await loadZlib();
      if (!isTorchArchive(entries)) return openNpz(entries, zlib, place);
      const { only, ...file } = (await import("./pt.js")).openTorch(entries, zlib, place);
      return only === undefined ? file : { ...file, only: file.open(only) };
    }
    default:
      return undefined;
  }
}
