import type { Document } from "../../render/document.js";
import type { Chunks } from "../../render/formats/format.js";
import type { FormatName } from "../../render/formats/registry.js";
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
export function textWidth(option: number | undefined, io: Io) {
  const columns = Number(io.env.COLUMNS);
  const fromEnv = Number.isSafeInteger(columns) && columns > 0 ? columns : undefined;
  return Math.max(20, option ?? fromEnv ?? io.terminalColumns() ?? 80);
}

/** Where the result of a run is written, and in which format. */
export interface Output {
  readonly format: FormatName;
  /** The file, or undefined for stdout. */
  readonly file: string | undefined;
  readonly force: boolean;
}

/** Where the output is written. `name` is the name of an opened page without a file. */
interface Destination extends Pick<Output, "file" | "force"> {
  readonly open?: boolean;
  readonly name?: string;
  /** Whether its colours are kept. */
  readonly isStyled?: boolean;
}

/** Writes a page and opens it in the browser. A note says where it is, which matters if no browser can be started. */
export async function deliver(
  chunks: Chunks,
  { file, force, open = false, name = "", isStyled = false }: Destination,
  io: Io,
): Promise<void> {
  const path = open ? (file ?? `${(await io.makeTemporaryFolder()).path}/qkv-${name}.html`) : file;
  if (path === undefined) {
    for await (const chunk of chunks) io.write(chunk, isStyled);
    return;
  }
  await io.writeFiles([[path, chunks]], { force: force || file === undefined });
  if (!open) return;
  const how = (await io.openInBrowser(path))
    ? ""
    : "; no browser can be started from here, so open it yourself";
  io.writeError(`note: the page is ${path}${how}\n`);
}
