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
import { UserError } from "../errors.js";
import { reasonFor } from "../input/open.js";
import type { Chunks } from "../render/formats/format.js";
import type { FileToWrite } from "../runs/io.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Writes files that belong together, each whole: none of them when one may not be written. Throws FILE_UNWRITABLE. */
export async function writeFilesWhole(files: readonly FileToWrite[], force: boolean): Promise<void> {
  for (const [path] of files) await named(path, () => findPlace(path, force));
  for (const [path, chunks] of files) await writeFileWhole(path, chunks, force);
}

/**
 * Writes a file whole or not at all: into a temporary file beside it, which takes its name at the end; an error or
 * Ctrl-C removes it. What is no regular file (/dev/null, a pipe) is written to as it is. Nothing here is asynchronous but
 * what gives the chunks: loading what Node needs for that takes as long as a small run.
 * Throws FILE_UNWRITABLE, also for a file that exists unless `force`.
 */
export function writeFileWhole(path: string, chunks: Chunks, force: boolean): Promise<void> {
  return named(path, async () => {
    const there = findPlace(path, force);
    if (there && !there.isFile()) return await writeTo(openSync(path, "w"), chunks);
    // A link keeps pointing at the file that is replaced.
    await replaceFile(there ? realpathSync(path) : path, chunks, there);
  });
}

/** What `work` gives; what the system has against it is an error that names the file. */
async function named<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isSystemError(error) ? unwritable(path, reasonFor(error, REASONS)) : error;
  }
}

/** The error for a file that is there already. */
export function existing(path: string): UserError {
  return new UserError("FILE_UNWRITABLE", "it exists already.", {
    hint: "Add --force to replace it, or choose another name.",
    location: { source: path },
  });
}

function unwritable(path: string, reason: string): UserError {
  return new UserError("FILE_UNWRITABLE", `it cannot be written: ${reason}.`, {
    hint: "Give --output a file in a folder that exists and may be written to, or redirect standard output.",
    location: { source: path },
  });
}

/** What stands at a path that may be written; undefined when nothing does. Throws FILE_UNWRITABLE. */
function findPlace(path: string, force: boolean): Stats | undefined {
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there && lstatSync(path, { throwIfNoEntry: false }))
    throw unwritable(path, "it is a link to a file that is not there");
  if (there?.isDirectory()) throw unwritable(path, "it is a folder");
  if (there?.isFile() && !force) throw existing(path);
  return there;
}

/** A signal that would end the program meanwhile does so once the temporary file is gone. */
async function replaceFile(target: string, chunks: Chunks, there: Stats | undefined): Promise<void> {
  // Others may not look into a file that is to replace one they may not read.
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

/** A new file under a short name (that of the target may be as long as names can be), whatever others have left behind. */
function openTemporary(folder: string, mode: number): { readonly path: string; readonly file: number } {
  for (;;) {
    const path = join(folder, `.qkv-${process.pid}-${process.hrtime.bigint()}.tmp`);
    try {
      return { path, file: openSync(path, "wx", mode) };
    } catch (error) {
      // Process ids repeat in containers, and so may times.
      if (!isSystemError(error) || error.code !== "EEXIST") throw error;
    }
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Somebody else has removed it.
  }
}

/** The file that takes another's place has its mode, and its owner where that may be given. */
function keepOwner(file: number, { mode, uid, gid }: Stats): void {
  try {
    fchownSync(file, uid, gid);
  } catch {
    // Only root gives files away.
  }
  fchmodSync(file, mode & 0o7777);
}

/** Gives the file its name, unless another has taken it meanwhile. Throws FILE_UNWRITABLE for one that exists. */
function takeName(temporary: string, target: string): void {
  try {
    linkSync(temporary, target);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "EEXIST") throw existing(target);
    // A file system without hard links.
    renameSync(temporary, target);
    return;
  }
  unlinkSync(temporary);
}

/** Has `body` run before a signal ends the program; gives a function that lets signals be as they were. */
function onSignals(body: () => unknown): () => void {
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

async function writeTo(file: number, chunks: Chunks): Promise<void> {
  try {
    for await (const chunk of chunks) {
      writeFileSync(file, chunk);
      // Signals that came meanwhile are heard here.
      await new Promise(setImmediate);
    }
  } finally {
    closeSync(file);
  }
}

/** What Node says that was started without the permission to write there. */
const DENIED = "ERR_ACCESS_DENIED";

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && "code" in error && ("syscall" in error || error.code === DENIED);
}

/** What the system has against writing a file, where that is not what it has against reading one. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder",
  ENOTDIR: "there is no such folder",
  [DENIED]: "permission denied",
};
