import type { Document } from "../../render/document.js";
import { lowerToText } from "../../render/text.js";
import type { Io } from "../io.js";
import { isFile, type ViewSettings } from "../views.js";

/** Returns a document as text. Options and the terminal decide its width and colours. */
export async function lowerAsAsked(
  document: Document,
  { ascii, color, output, width }: Pick<ViewSettings, "ascii" | "color" | "output" | "width">,
  io: Io,
): Promise<AsyncIterable<string>> {
  // A file is no terminal, even if stdout is one.
  const colorLevel = isFile(output) && color === "auto" ? 0 : await io.colorLevel(color);
  return lowerToText(document, { width: textWidth(width, io), colorLevel, ascii });
}

/** Returns the width: the option, then COLUMNS, then the terminal, then 80. */
export function textWidth(option: number | undefined, io: Io): number {
  const columns = Number(io.env.COLUMNS);
  const fromEnv = Number.isSafeInteger(columns) && columns > 0 ? columns : undefined;
  return Math.max(20, option ?? fromEnv ?? io.terminalColumns() ?? 80);
}
