import type { Chunks } from "../../render/formats/format.js";
import { type Io, writeNotes } from "../io.js";

/** Where a page goes: to a file, or under a name into a folder of its own. */
interface Destination {
  readonly file: string | undefined;
  readonly force: boolean;
  readonly name: string;
}

/** Writes a page and opens it in the browser. Says where it is, above all where no browser can be started. */
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
