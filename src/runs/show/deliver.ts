import type { Chunks } from "../../render/formats/format.js";
import type { FormatName } from "../../render/formats/registry.js";
import type { Io } from "../io.js";

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
