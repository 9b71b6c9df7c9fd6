import { lowerToText } from "../render/text.js";
import type { Io } from "../runs/io.js";
import { withShellQuotes } from "../runs/shell-quotes.js";
import { textWidth } from "../runs/show/lower-text.js";
import type { Part } from "./help.js";

/** Prints parts of help with empty lines between them. Commands stand as the shells of this platform take them. */
export async function showHelp(
  parts: readonly Part[],
  io: Io,
  stream: "stdout" | "stderr" = "stdout",
): Promise<void> {
  const isOutput = stream === "stdout";
  const colorLevel = await io.colorLevel(isOutput ? "auto" : "never");
  const write = (text: string) =>
    isOutput ? io.write(withShellQuotes(text, io.platform), true) : io.writeError(text);
  for (const [index, blocks] of parts.filter(({ length }) => length > 0).entries()) {
    if (index > 0) write("\n");
    for await (const chunk of lowerToText(
      { blocks },
      { width: textWidth(undefined, io), colorLevel, ascii: false },
    ))
      write(chunk);
  }
}
