import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { type FileHandle, link, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../errors.js";
import type { Chunks } from "../render/formats/format.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A file that is to be written: its path, and what it holds. */
export type FileToWrite = readonly [path: string, chunks: Chunks];

/** Writes files that belong together, each whole: none of them when one may not be written. Throws FILE_UNWRITABLE. */
export async function writeFilesWhole(files: readonly FileToWrite[], force: boolean): Promise<void> {
  if (files.length > 1) for (const [path] of files) await findPlace(path, force);
  for (const [path, chunks] of files) await writeFileWhole(path, chunks, force);
}

/**
 * Writes a file whole or not at all: into a temporary file beside it, which takes its name at the end; an error or
 * Ctrl-C removes it. What is no regular file (/dev/null, a pipe) is written to as it is.
 * Throws FILE_UNWRITABLE, also for a file that exists unless `force`.
 */
export async function writeFileWhole(path: string, chunks: Chunks, force: boolean): Promise<void> {
  try {
    const there = await findPlace(path, force);
    if (there && !there.isFile()) return await writeTo(await open(path, "w"), chunks);
    // A link keeps pointing at the file that is replaced.
    await replaceFile(there ? await realpath(path) : path, chunks, there);
  } catch (error) {
    throw isSystemError(error) ? unwritable(path, reasonFor(error)) : error;
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
async function findPlace(path: string, force: boolean): Promise<Stats | undefined> {
  const there = await lookAt(path).catch((error) => {
    throw isSystemError(error) ? unwritable(path, reasonFor(error)) : error;
  });
  if (there?.isDirectory()) throw unwritable(path, "it is a folder");
  if (there?.isFile() && !force) throw existing(path);
  return there;
}

/** What stands at a path; undefined when nothing does. */
async function lookAt(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** A signal that would end the program meanwhile does so once the temporary file is gone. */
async function replaceFile(target: string, chunks: Chunks, there: Stats | undefined): Promise<void> {
  // Short, since the name of the target may be as long as names can be; drawn, since another's may have been left behind.
  const temporary = join(dirname(target), `.qkv-${randomUUID()}.tmp`);
  let opening: Promise<FileHandle> | undefined;
  const removeIt = async () => {
    // One that is being opened would be there again.
    const isOurs = await opening?.then(
      () => true,
      () => false,
    );
    if (isOurs) await unlink(temporary).catch(() => undefined);
  };
  const forgetSignals = onSignals(removeIt);
  try {
    // Others may not look into a file that is to replace one they may not read.
    opening = open(temporary, "wx", there ? 0o600 : 0o666);
    const file = await opening;
    if (there) await keepOwner(file, there);
    await writeTo(file, chunks);
    await (there ? rename(temporary, target) : takeName(temporary, target));
  } catch (error) {
    await removeIt();
    throw error;
  } finally {
    forgetSignals();
  }
}

/** The file that takes another's place has its mode, and its owner where that may be given. */
async function keepOwner(file: FileHandle, { mode, uid, gid }: Stats): Promise<void> {
  await file.chown(uid, gid).catch(() => undefined);
  await file.chmod(mode & 0o7777);
}

/** Gives the file its name, unless another has taken it meanwhile. Throws FILE_UNWRITABLE for one that exists. */
async function takeName(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "EEXIST") throw existing(target);
    // A file system without hard links.
    return rename(temporary, target);
  }
  await unlink(temporary);
}

/** Has `body` run before a signal ends the program; gives a function that lets signals be as they were. */
function onSignals(body: () => Promise<void>): () => void {
  const end = async (signal: NodeJS.Signals) => {
    await body();
    forget();
    process.kill(process.pid, signal);
  };
  const forget = () => {
    for (const name of SIGNALS) process.removeListener(name, end);
  };
  for (const name of SIGNALS) process.on(name, end);
  return forget;
}

async function writeTo(file: FileHandle, chunks: Chunks): Promise<void> {
  try {
    for await (const chunk of chunks) await file.appendFile(chunk);
  } finally {
    await file.close();
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && "code" in error && "syscall" in error;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder",
  ENOTDIR: "there is no such folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENAMETOOLONG: "its name is too long",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
};

function reasonFor({ code, message }: NodeJS.ErrnoException & { readonly code: string }): string {
  return REASONS[code] ?? message;
}
