import type { AboutRun, ArchiveFormat } from "./format.js";
import { npyChunks, npyOfBytes } from "./npy.js";
import { textOfRun } from "./run-text.js";
import { zipChunks } from "./zip.js";

/**
 * NumPy's archive: every matrix as a .npy file under its key, without compression. An array of bytes `run.json`
 * (`bytes(a["run.json"])` is its JSON) says which are inputs, so that the whole can be read as a run.
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
