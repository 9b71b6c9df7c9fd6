import {
  closeSync,
  fchmodSync,
  fchownSync,
  linkSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { refuseIn } from "../errors.js";
import { reasonFor } from "../input/open.js";
import type { Chunks } from "../render/formats/format.js";
import type { FileToWrite } from "../runs/io.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Writes files that belong together, each whole. If one may not be written, none is written. Throws FILE_UNWRITABLE.
 */
export async function writeFilesWhole(files: readonly FileToWrite[], force: boolean): Promise<void> {
  for (const [path] of files) await named(path, () => findPlace(path, force));
  for (const [path, chunks] of files) await writeFileWhole(path, chunks, force);
}

/**
 * Writes a file whole or not at all. The content goes into a temporary file beside it, which is renamed at the end. An
 * error or Ctrl-C removes it. If the path is no regular file (/dev/null, a pipe), it is written to directly. Only the
 * source of the chunks is asynchronous: loading Node's asynchronous file functions takes as long as a small run. Throws
 * FILE_UNWRITABLE, also for a file that exists unless `force`.
 */
export function writeFileWhole(path: string, chunks: Chunks, force: boolean): Promise<void> {
  return named(path, async () => {
    const there = findPlace(path, force);
    if (there && !there.isFile()) return await writeTo(openSync(path, "w"), chunks);
    // If the path is a link, the file that it points to is replaced.
    await replaceFile(there ? realpathSync(path) : path, chunks, there);
  });
}

/** Returns the result of `work`. An error of the system becomes an error that names the file. */
async function named<T>(path: string, work: () => T | Promise<T>) {
  try {
    return await work();
  } catch (error) {
    if (isSystemError(error)) refuseUnwritable(path, reasonFor(error, REASONS));
    throw error;
  }
}

/** Throws the error for a file that already exists. */
export const refuseExisting = (path: string): never =>
  refuseIn(
    path,
    "FILE_UNWRITABLE",
    "it exists already.",
    "Add --force to replace it, or choose another name.",
  );

const refuseUnwritable = (path: string, reason: string): never =>
  refuseIn(
    path,
    "FILE_UNWRITABLE",
    `it cannot be written: ${reason}.`,
    "Give --output a file in a folder that exists and that you may write to, or redirect standard output.",
  );

/**
 * Returns the status of the file at a path that may be written, or undefined if there is none. Throws FILE_UNWRITABLE.
 */
function findPlace(path: string, force: boolean) {
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there && lstatSync(path, { throwIfNoEntry: false }))
    refuseUnwritable(path, "it is a link to a file that does not exist");
  if (there?.isDirectory()) refuseUnwritable(path, "it is a folder");
  if (there?.isFile() && !force) refuseExisting(path);
  return there;
}

/** Writes the temporary file and renames it. A signal that would end the program removes the temporary file first. */
async function replaceFile(target: string, chunks: Chunks, there: Stats | undefined): Promise<void> {
  // The file that is replaced may be private, so nobody else may read the temporary one.
  let temporary: string | undefined;
  const removeIt = () => temporary && removeQuietly(temporary);
  const forgetSignals = onSignals(removeIt);
  try {
    const opened = openTemporary(dirname(target), there ? 0o600 : 0o666);
    temporary = opened.path;
    if (there) keepOwner(opened.file, there);
    await writeTo(opened.file, chunks);
    if (there) renameSync(temporary, target);
    else takeName(temporary, target);
  } catch (error) {
    removeIt();
    throw error;
  } finally {
    forgetSignals();
  }
}

/**
 * Opens a new file, even if other runs left their temporary files behind. Its name is short, because that of the target
 * may have the maximum length.
 */
function openTemporary(folder: string, mode: number) {
  for (;;) {
    const path = join(folder, `.qkv-${process.pid}-${process.hrtime.bigint()}.tmp`);
    try {
      return { path, file: openSync(path, "wx", mode) };
    } catch (error) {
      // Process ids repeat in containers, and times may repeat too.
      if (!isSystemError(error) || error.code !== "EEXIST") throw error;
    }
  }
}

function removeQuietly(path: string) {
  try {
    unlinkSync(path);
  } catch {
    // Somebody else has removed it.
  }
}

/** Gives the new file the mode of the file that it replaces, and its owner if that is permitted. */
function keepOwner(file: number, { mode, uid, gid }: Stats) {
  try {
    fchownSync(file, uid, gid);
  } catch {
    // Only root may change the owner.
  }
  fchmodSync(file, mode & 0o7777);
}

/** Gives the file its name, unless another file has taken the name meanwhile. Then it throws FILE_UNWRITABLE. */
function takeName(temporary: string, target: string) {
  try {
    linkSync(temporary, target);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "EEXIST") refuseExisting(target);
    // The file system has no hard links.
    renameSync(temporary, target);
    return;
  }
  unlinkSync(temporary);
}

/** Calls `body` before a signal ends the program. Returns a function that removes the signal handlers. */
function onSignals(body: () => unknown) {
  const end = (signal: NodeJS.Signals) => {
    body();
    forget();
    process.kill(process.pid, signal);
  };
  const forget = () => {
    for (const name of SIGNALS) process.removeListener(name, end);
  };
  for (const name of SIGNALS) process.on(name, end);
  return forget;
}

async function writeTo(file: number, chunks: Chunks) {
  try {
    for await (const chunk of chunks) {
      writeFileSync(file, chunk);
      // Lets Node deliver signals that arrived meanwhile.
      await new Promise(setImmediate);
    }
  } finally {
    closeSync(file);
  }
}

/** The error code of Node if it was started without the permission to write there. */
const DENIED = "ERR_ACCESS_DENIED";

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && "code" in error && ("syscall" in error || error.code === DENIED);
}

/** Reasons of the system for not writing a file, if they differ from the reasons for not reading one. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder",
  ENOTDIR: "there is no such folder",
  [DENIED]: "permission denied",
};
