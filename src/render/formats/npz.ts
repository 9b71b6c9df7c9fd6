import type { AboutRun, ArchiveFormat } from "./format.js";
import { npyChunks, npyOfBytes } from "./npy.js";
import { textOfRun } from "./run-text.js";
import { zipChunks } from "./zip.js";

/**
 * NumPy's archive: every matrix as a .npy file under its key, stored without compression. An array of bytes `run.json` beside
 * them (`bytes(a["run.json"])` is its JSON) says which are inputs, so that a whole run can be read as one.
 */
export const npz: ArchiveFormat = {
  endings: [".npz"],
  holds: "matrices",
  isBinary: true,
  write: (named, about) => zipChunks(entriesOf(named, about)),
};

function* entriesOf(named: Parameters<ArchiveFormat["write"]>[0], about: AboutRun | undefined) {
  for (const { key, matrix, shape } of named)
    yield { name: `${key}.npy`, chunks: () => npyChunks(matrix, shape) };
  if (about)
    yield {
      name: "run.json.npy",
      chunks: () => npyOfBytes(new TextEncoder().encode(textOfRun(about))),
    };
}
