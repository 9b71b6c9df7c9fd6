import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Files } from "./open.js";
import { type Stored, storedBytes } from "./stored.js";

/** The files of this machine. */
export function nodeFiles(): Files {
  return {
    openFile(path) {
      const stat = statSync(path);
      // What /proc holds has no size until it is read.
      if (stat.isFile() && stat.size > 0) return fileAt(path, stat.size);
      return withDescriptor(path, keep);
    },
    // process.stdin must stay untouched before this, or a slow writer makes the read fail (EAGAIN).
    openStdin: () => keep(0),
  };
}

/** Opened anew for each piece, so that nothing has to be closed in the end. */
function fileAt(path: string, size: number): Stored {
  return {
    size,
    read: (into, position) => withDescriptor(path, (file) => readSync(file, into, 0, into.length, position)),
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

/** More than this is not held in memory. */
const MOST_IN_MEMORY = 16 * 1024 * 1024;

/**
 * What comes through a pipe comes once, but an error needs it again to show its place. So it is kept: in memory or,
 * when it is much, in a temporary file.
 */
function keep(descriptor: number): Stored {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (const chunk of chunksOf(descriptor)) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size >= MOST_IN_MEMORY) return keepInFile(descriptor, chunks);
  }
  return storedBytes(Buffer.concat(chunks));
}

function keepInFile(descriptor: number, start: readonly Uint8Array[]): Stored {
  const file = openNameless();
  let size = 0;
  const append = (chunk: Uint8Array) => {
    for (let written = 0; written < chunk.length; ) written += writeSync(file, chunk, written);
    size += chunk.length;
  };
  for (const chunk of start) append(chunk);
  for (const chunk of chunksOf(descriptor)) append(chunk);
  return { size, read: (into, position) => readSync(file, into, 0, into.length, position) };
}

/** A file that is gone from its folder as soon as it is open, and from the disk when the program ends in any way. */
function openNameless(): number {
  // Loaded here, since few runs need it.
  const { tmpdir } = process.getBuiltinModule("node:os");
  const folder = mkdtempSync(join(tmpdir(), "qkv-"));
  try {
    return openSync(join(folder, "kept"), "wx+", 0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** All that comes, in pieces that are good until the next one. */
function* chunksOf(descriptor: number): Generator<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  for (;;) {
    const count = readSome(descriptor, buffer);
    if (count === 0) return;
    yield buffer.subarray(0, count);
  }
}

function readSome(descriptor: number, into: Uint8Array): number {
  try {
    return readSync(descriptor, into);
  } catch (error) {
    // So the end of a pipe is told on Windows.
    if (error instanceof Error && "code" in error && error.code === "EOF") return 0;
    throw error;
  }
}
