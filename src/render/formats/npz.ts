import type { ArchiveFormat } from "./format.js";
import { npyChunks } from "./npy.js";
import { zipChunks } from "./zip.js";

/** NumPy's archive: every matrix as a .npy file under its key, stored without compression. */
export const npz: ArchiveFormat = {
  endings: [".npz"],
  holds: "matrices",
  isBinary: true,
  write: (named) => zipChunks(entriesOf(named)),
};

function* entriesOf(named: Parameters<ArchiveFormat["write"]>[0]) {
  for (const { key, matrix } of named) yield { name: `${key}.npy`, chunks: () => npyChunks(matrix) };
}
