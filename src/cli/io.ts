import { fstatSync, mkdirSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { UserError } from "../errors.js";
import { nodeFiles } from "../input/files.js";
import type { Files } from "../input/read.js";
import type { Chunks } from "../render/formats/format.js";

/** Everything outside the program that a run touches; tests pass their own. */
export interface Io {
  readonly files: Files;
  readonly env: Readonly<Record<string, string | undefined>>;
  isTerminal(stream: "stdin" | "stdout" | "stderr"): boolean;
  /** Columns of the terminal behind stdout, if there is one. */
  terminalColumns(): number | undefined;
  /** Text that is styled keeps its colours (`printable.ts`). Throws ClosedPipe when nobody reads any more. */
  write(text: string | Uint8Array, isStyled?: boolean): void;
  writeError(text: string): void;
  /** A page of the documentation, by its path below docs/. */
  readDocumentation(page: string): string;
  /** Gets a second thread ready for work that is worth it. */
  startHelper(): Promise<void>;
  /** The names of the files in a folder, in their order; undefined for what is none. */
  listFolder(path: string): readonly string[] | undefined;
  /** Makes a folder, and those it stands in, where they are not there. Throws FILE_UNWRITABLE. */
  makeFolder(path: string): void;
  /** Writes a file whole or not at all. Throws FILE_UNWRITABLE, also for a file that exists unless `force`. */
  writeFile(path: string, chunks: Chunks, options: { readonly force: boolean }): Promise<void>;
}

/** The reader of our output has gone (`| head`): not an error, there is just nothing left to do. */
export class ClosedPipe extends Error {}

const FILE_DESCRIPTORS = { stdin: 0, stdout: 1, stderr: 2 } as const;

/**
 * The real thing. Writes go straight to the file descriptor: process.stdout would cost start-up time, and what it
 * has not yet written is lost when the process ends. `docs` is the folder of the documentation.
 */
export function nodeIo(docs: string): Io {
  return {
    files: nodeFiles(),
    env: process.env,
    isTerminal,
    terminalColumns: () => (isTerminal("stdout") ? process.stdout.columns : undefined),
    write: (text) => writeAll(FILE_DESCRIPTORS.stdout, text),
    writeError(text) {
      try {
        writeAll(FILE_DESCRIPTORS.stderr, text);
      } catch {
        // There is nobody left to tell.
      }
    },
    readDocumentation: (page) => readFileSync(`${docs}/${page}`, "utf8"),
    startHelper: async () => (await import("./threads.js")).startHelper(),
    listFolder,
    makeFolder,
    async writeFile(path, chunks, { force }) {
      await (await import("./write-file.js")).writeFileWhole(path, chunks, force);
    },
  };
}

function listFolder(path: string): readonly string[] | undefined {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    // What begins with a point is of the system, such as .DS_Store.
    return entries
      .flatMap((entry) => (entry.isDirectory() || entry.name.startsWith(".") ? [] : [entry.name]))
      .sort();
  } catch {
    return undefined; // a file, or nothing
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError("FILE_UNWRITABLE", `no folder can be made there: ${reason}.`, {
      hint: "Name a folder that may be written to.",
      location: { source: path },
    });
  }
}

/** Loading node:tty takes a millisecond, so pipes and files are told apart without it. */
function isTerminal(stream: keyof typeof FILE_DESCRIPTORS): boolean {
  try {
    if (!fstatSync(FILE_DESCRIPTORS[stream]).isCharacterDevice()) return false;
  } catch {
    return false; // a closed stream is no terminal
  }
  return process[stream].isTTY === true;
}

function writeAll(fd: number, text: string | Uint8Array): void {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") throw new ClosedPipe();
      if (code !== "EAGAIN") throw unwritable(message);
      waitBriefly();
    }
  }
}

/** For "ENOSPC: no space left on device, write". */
function unwritable(message: string): UserError {
  const reason = /^\w+: (.*), write$/.exec(message)?.[1] ?? message;
  return new UserError("FILE_UNWRITABLE", `cannot write the output: ${reason}.`, {
    hint: "Write it elsewhere: -o out.txt, or another redirection.",
  });
}

/** A pipe whose other end set it non-blocking is full: give the reader a moment. */
function waitBriefly(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}
