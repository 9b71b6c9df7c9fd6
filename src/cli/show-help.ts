import type { Io } from "../runs/io.js";
import { withShellQuotes } from "../runs/shell-quotes.js";
import { lowerAsAsked } from "../runs/show/lower-text.js";
import type { Part } from "./help.js";

/** Prints parts of the help with empty lines between them. Commands are quoted for the shells of this platform. */
export async function showHelp(
  parts: readonly Part[],
  io: Io,
  stream: "stdout" | "stderr" = "stdout",
): Promise<void> {
  const color = stream === "stdout" ? "auto" : "never";
  const write = (text: string) =>
    stream === "stdout" ? io.write(withShellQuotes(text, io.platform), true) : io.writeError(text);
  for (const [index, blocks] of parts.filter(({ length }) => length > 0).entries()) {
    if (index > 0) write("\n");
    for await (const chunk of await lowerAsAsked({ blocks }, { color, ascii: false }, io)) write(chunk);
  }
}
