import { withOptions } from "../../setting-names.js";
import { type JsonValue, toJson } from "../json-value.js";
import type { AboutRun, ArchiveFormat } from "./format.js";
import { npyChunks, npyOfBytes } from "./npy.js";
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
      chunks: () => npyOfBytes(new TextEncoder().encode(withOptions(textOf(about)))),
    };
}

function textOf({ inputs, settings, tokens, keyTokens }: AboutRun): string {
  const members: Record<string, JsonValue> = { schema: "qkv/1", inputs, settings };
  if (tokens) members.tokens = tokens;
  if (keyTokens) members.keyTokens = keyTokens;
  return `${toJson(members)}\n`;
}
