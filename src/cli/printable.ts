import { withOptions } from "../errors.js";
import type { Chunks } from "../render/formats/format.js";
import type { Io } from "../runs/io.js";
import { withShellQuotes } from "../runs/shell-quotes.js";
import { textWidth } from "../runs/show/deliver.js";

/** All control characters except tab and line breaks. This pattern is compiled faster than \p{Cc} with exceptions. */
const CONTROLS = String.raw`\0-\x08\v\f\x0e-\x1f\x7f-\x9f`;

/** Characters that a terminal obeys instead of showing them: controls, and marks that change the direction of text. */
const CONTROL_CHARACTERS = new RegExp(String.raw`\r(?!\n)|[${CONTROLS}\u202a-\u202e\u2066-\u2069]`, "g");

/** The escape sequences of colours in pages and tables. Any other escape sequence comes from the data. */
const COLOUR = new RegExp(`(${String.fromCharCode(27)}\\[[\\d;]*m)`);

/**
 * Returns an Io that writes settings as options, and escapes every character that a terminal would obey. Names, labels
 * and excerpts may contain anything, and all output passes through here. In JSON, `\u009b` still means the character;
 * elsewhere it makes the character visible. Only text that is marked as styled keeps its colours.
 */
export function printableIo(io: Io): Io {
  return {
    ...io,
    write(chunk, isStyled) {
      if (typeof chunk !== "string") return io.write(chunk);
      io.write((isStyled ? keepColours : escapeControls)(withOptions(chunk)));
    },
    // Messages on stderr quote commands for the shells of this platform.
    writeError: (text) =>
      io.writeError(escapeControls(withShellQuotes(withOptions(wrapped(text, io)), io.platform))),
    writeFiles: (files, options) =>
      io.writeFiles(
        files.map(([path, chunks]) => [path, spelled(chunks)]),
        options,
      ),
  };
}

/** The usual width. Wider terminals break messages themselves, so that commands in them can be copied. */
const USUAL_WIDTH = 80;

/** Breaks messages at blanks for a narrow terminal. */
function wrapped(text: string, io: Io) {
  const width = textWidth(undefined, io);
  const broken = (line: string) => piecesOf(line, width).join("\n  ");
  return width < USUAL_WIDTH ? text.replaceAll(/^(?:note|warning|error|hint): .*/gm, broken) : text;
}

/** Breaks a line at blanks into pieces that leave room for an indent. A longer word is a piece of its own. */
export function piecesOf(line: string, width: number): readonly string[] {
  const room = Math.max(1, width - 4);
  return line.match(new RegExp(`(?:.{1,${room}}|\\S+)(?:\\s+|$)`, "gu")) ?? [line];
}

async function* spelled(chunks: Chunks) {
  for await (const chunk of chunks) yield typeof chunk === "string" ? withOptions(chunk) : chunk;
}

function keepColours(text: string) {
  return text
    .split(COLOUR)
    .map((piece, index) => (index % 2 === 1 ? piece : escapeControls(piece)))
    .join("");
}

function escapeControls(text: string) {
  return text.replace(CONTROL_CHARACTERS, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
