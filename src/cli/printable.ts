import type { Chunks } from "../render/formats/format.js";
import type { Io } from "../runs/io.js";
import { withShellQuotes } from "../runs/shell-quotes.js";
import { withOptions } from "../setting-names.js";

/** Controls but tab and line breaks, which are quicker to make a pattern of than \p{Cc} without them. */
const CONTROLS = String.raw`\0-\x08\v\f\x0e-\x1f\x7f-\x9f`;

/** What a terminal obeys instead of showing it: controls, and marks that turn the direction of text. */
const OBEYED = new RegExp(String.raw`\r(?!\n)|[${CONTROLS}\u202a-\u202e\u2066-\u2069]`, "g");

/** The colours that pages and tables are drawn in; whatever else begins with an escape came with the data. */
const COLOUR = new RegExp(`(${String.fromCharCode(27)}\\[[\\d;]*m)`);

/**
 * The same surroundings, to which settings are written as options, and nothing that a terminal would obey: names, labels and
 * excerpts may hold anything, and all that is printed passes through here. In JSON `\u009b` is what the character is; elsewhere it
 * shows it. Only what says that it is styled keeps its colours.
 */
export function printableIo(io: Io): Io {
  return {
    ...io,
    write(chunk, isStyled) {
      if (typeof chunk !== "string") return io.write(chunk);
      io.write((isStyled ? keepColours : escapeObeyed)(withOptions(chunk)));
    },
    // What is said there names commands as the shells of this platform take them.
    writeError: (text) => io.writeError(escapeObeyed(withShellQuotes(withOptions(text), io.platform))),
    writeFiles: (files, options) =>
      io.writeFiles(
        files.map(([path, chunks]) => [path, spelled(chunks)]),
        options,
      ),
  };
}

async function* spelled(chunks: Chunks) {
  for await (const chunk of chunks) yield typeof chunk === "string" ? withOptions(chunk) : chunk;
}

function keepColours(text: string): string {
  return text
    .split(COLOUR)
    .map((piece, index) => (index % 2 === 1 ? piece : escapeObeyed(piece)))
    .join("");
}

function escapeObeyed(text: string): string {
  return text.replace(OBEYED, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
