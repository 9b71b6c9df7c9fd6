import {
  accessSync,
  closeSync,
  constants,
  type Dirent,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { errorCode, type Files, reasonFor } from "./open.js";
import { refuseIn } from "./source.js";
import { type Stored, storedBytes } from "./stored.js";

/** The maximum size of piped data. More is taken for an endless source, such as /dev/zero. */
const MAX_PIPED = 4 * 1024 ** 3;

/** Returns access to the files of this machine. At most `most` bytes are kept of piped data. */
export function nodeFiles(most = MAX_PIPED): Files {
  return {
    openFile(path) {
      const stat = statSync(path);
      // Files in /proc report size 0 until they are read.
      if (stat.isFile() && stat.size > 0) {
        accessSync(path, constants.R_OK);
        return fileAt(path, stat.size);
      }
      return withDescriptor(path, (file) => keep(file, path, most));
    },
    listFolder: (path) =>
      statOf(path)?.isDirectory() ? namesIn(path, (entry) => !entry.isDirectory()) : undefined,
    listFolders: (path) => namesIn(path, (entry) => entry.isDirectory() && entry.name !== "__MACOSX"),
    exists: (path) => statOf(path) !== undefined,
    // process.stdin must stay untouched before this, or a slow writer makes the read fail (EAGAIN).
    openStdin: () => keep(0, "stdin", most),
  };
}

/**
 * Returns what is known about a path. Invalid paths and unreadable folders count as missing; they are later opened as a
 * file, and the error says why that fails.
 */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Returns sorted names in a folder. Names that begin with a point belong to the system, such as .DS_Store. */
const namesIn = (folder: string, isMeant: (entry: Dirent) => boolean): readonly string[] =>
  entriesOf(folder)
    .filter((entry) => isMeant(entry) && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const message = `the files in it cannot be listed: ${reasonFor(error)}.`;
    refuseIn(folder, "FILE_UNREADABLE", message, "Name its files, or a readable folder.");
  }
}

/**
 * Returns access to a file. The file is opened again for each piece, so nothing has to be closed at the end. Reading
 * throws FILE_UNREADABLE if the file has gone.
 */
function fileAt(path: string, size: number): Stored {
  return {
    size,
    read(into, position) {
      try {
        return withDescriptor(path, (file) => readSync(file, into, 0, into.length, position));
      } catch (error) {
        const message = `it can no longer be read: ${reasonFor(error)}.`;
        refuseIn(path, "FILE_UNREADABLE", message, "Do not move or delete a file before the run has ended.");
      }
    },
  };
}

function withDescriptor<T>(path: string, body: (descriptor: number) => T): T {
  const descriptor = openSync(path, "r");
  try {
    return body(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const CHUNK_BYTES = 1024 * 1024;

/** The size from which piped data goes to a temporary file. */
const MAX_IN_MEMORY = 16 * 1024 * 1024;

/**
 * Keeps piped data. It can be read only once, but an error needs it again to show the place. It is kept in memory, or
 * in a temporary file if it is large. Throws FILE_UNREADABLE for more than `most` bytes.
 */
function keep(descriptor: number, name: string, most: number): Stored {
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  const chunks: Uint8Array[] = [];
  let file: number | undefined;
  let size = 0;
  for (let count = readSome(descriptor, buffer); count > 0; count = readSome(descriptor, buffer)) {
    size += count;
    if (size > most) {
      refuseIn(
        name,
        "FILE_UNREADABLE",
        `it is more than ${most / 1024 ** 2} MiB, and its size is unknown.`,
        "A file may be larger: save the data to a file, and give the file.",
      );
    }
    chunks.push(Buffer.from(buffer.subarray(0, count)));
    if (size < MAX_IN_MEMORY) continue;
    file ??= openNameless();
    for (const chunk of chunks.splice(0))
      for (let written = 0; written < chunk.length; ) written += writeSync(file, chunk, written);
  }
  const kept = file;
  if (kept === undefined) return storedBytes(Buffer.concat(chunks));
  return { size, read: (into, position) => readSync(kept, into, 0, into.length, position) };
}

/** Opens a temporary file whose name is removed at once. The system deletes it when the program ends in any way. */
function openNameless(): number {
  // Loaded here, because few runs need it.
  const { tmpdir } = process.getBuiltinModule("node:os");
  const folder = makeFolder(tmpdir());
  try {
    return openSync(join(folder, "kept"), "wx+", 0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function makeFolder(place: string): string {
  try {
    return mkdtempSync(join(place, "qkv-"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `qkv keeps the pipe's data in ${place}, but cannot create a folder there: ${reason}.`;
    refuseIn("stdin", "FILE_UNREADABLE", message, "Set TMPDIR to a writable folder, or give a file.");
  }
}

/** Fills the beginning of `into` with the next bytes, and returns how many; 0 at the end. */
export function readSome(descriptor: number, into: Uint8Array): number {
  try {
    return readSync(descriptor, into);
  } catch (error) {
    // Windows reports the end of a pipe in this way.
    if (errorCode(error) === "EOF") return 0;
    throw error;
  }
}
