import { type BinaryKind, binaryKind } from "./detect.js";
import { openNpy } from "./npy.js";
import { openNpz, type TensorFile } from "./npz.js";
import { openSafetensors } from "./safetensors.js";
import type { Tensor } from "./tensor.js";
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
  const place = { source };
  switch (kind) {
    case "npy": {
      const only = openNpy(bytes, place);
      return { form: "NumPy .npy", only, names: [], open: () => only };
    }
    case "safetensors":
      return { form: "safetensors", ...openSafetensors(bytes, place) };
    case "npz": {
      const entries = listZip(bytes, place);
      const zlib = await loadZlib();
      if (!isTorchArchive(entries)) return { form: "NumPy .npz", ...openNpz(entries, zlib, place) };
      const { openTorch } = await import("./pt.js");
      const { only, ...file } = openTorch(entries, zlib, place);
      return { form: "PyTorch .pt", ...file, ...(only !== undefined && { only: file.open(only) }) };
    }
    case "legacy torch": {
      const { openLegacyTorch } = await import("./pt.js");
      const { only, ...file } = openLegacyTorch(bytes, place);
      return { form: "PyTorch .pt", ...file, ...(only !== undefined && { only: file.open(only) }) };
    }
    default:
      return undefined;
  }
}
