import type { Chunks } from "../render/formats/format.js";
import type { Io } from "../runs/io.js";
import { withOptions } from "../setting-names.js";

/** The same surroundings, to which settings are written as options: nothing below the command line says `--causal`. */
export function spelledIo(io: Io): Io {
  return {
    ...io,
    write: (chunk, isStyled) => io.write(spelled(chunk), isStyled),
    writeError: (text) => io.writeError(withOptions(text)),
    writeFiles: (files, options) =>
      io.writeFiles(
        files.map(([path, chunks]) => [path, spelledChunks(chunks)]),
        options,
      ),
  };
}

const spelled = (chunk: string | Uint8Array) => (typeof chunk === "string" ? withOptions(chunk) : chunk);

async function* spelledChunks(chunks: Chunks) {
  for await (const chunk of chunks) yield spelled(chunk);
}
