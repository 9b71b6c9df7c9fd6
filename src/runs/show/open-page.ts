import type { Chunks } from "../../render/formats/format.js";
import { type Io, writeNotes } from "../io.js";

/** Where a page is written: to a file, or into a new folder under a name. */
interface Destination {
  readonly file: string | undefined;
  readonly force: boolean;
  readonly name: string;
}

/** Writes a page and opens it in the browser. A note says where it is, which matters if no browser can be started. */
export async function openPage(chunks: Chunks, { file, force, name }: Destination, io: Io): Promise<void> {
  const path = file ?? `${(await io.makeTemporaryFolder()).path}/qkv-${name}.html`;
  await io.writeFiles([[path, chunks]], { force: force || file === undefined });
  const isOpen = await io.openInBrowser(path);
  writeNotes(io, [
    isOpen
      ? `the page is ${path}`
      : `the page is ${path}; no browser can be started from here, so open it yourself`,
  ]);
}
