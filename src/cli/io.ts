import { fstatSync, mkdirSync, readFileSync, writeSync } from "node:fs";
import { UserError } from "../errors.js";
import type { CellReference } from "../explain/cell-reference.js";
import { nodeFiles } from "../input/files.js";
import type { Files } from "../input/read.js";
import type { Trace } from "../trace/trace.js";
import type { FileToWrite } from "./write-file.js";

/** Everything outside the program that a run touches; tests pass their own. */
export interface Io {
  readonly files: Files;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As Node names it: "linux", "win32". */
  readonly platform: string;
  isTerminal(stream: "stdin" | "stdout" | "stderr"): boolean;
  /** Columns of the terminal behind stdout, if there is one. */
  terminalColumns(): number | undefined;
  /** Text that is styled keeps its colours (`printable.ts`). Throws ClosedPipe when nobody reads any more. */
  write(text: string | Uint8Array, isStyled?: boolean): void;
  writeError(text: string): void;
  /** A text that comes with the program, by its path in the package: `docs/mistakes.md`. */
  readPackageFile(path: string): string;
  /** Runs a command line of the shell, whose output goes to standard error, and gives its exit code. */
  runShell(command: string): Promise<number>;
  /** A folder for files that are needed for a while, and what removes it. */
  makeTemporaryFolder(): Promise<{ readonly path: string; remove(): void }>;
  /** Gets a second thread ready for work that is worth it. */
  startHelper(): Promise<void>;
  /** Lets somebody look around a run on the whole terminal; gives the cell whose explanation they want printed. */
  explore(trace: Trace): Promise<CellReference | undefined>;
  /** Makes a folder, and those it stands in, where they are not there. Throws FILE_UNWRITABLE. */
  makeFolder(path: string): void;
  /** Writes files, each whole, and none when one of them exists, unless `force`. Throws FILE_UNWRITABLE. */
  writeFiles(files: readonly FileToWrite[], options: { readonly force: boolean }): Promise<void>;
}

/** The reader of our output has gone (`| head`): not an error, there is just nothing left to do. */
export class ClosedPipe extends Error {}

const FILE_DESCRIPTORS = { stdin: 0, stdout: 1, stderr: 2 } as const;

/**
 * The real thing. Writes go straight to the file descriptor: process.stdout would cost start-up time, and what it
 * has not yet written is lost when the process ends. `home` is the folder of the package.
 */
export function nodeIo(home: string): Io {
  return {
    files: nodeFiles(),
    env: process.env,
    platform: process.platform,
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
    readPackageFile: (path) => readFileSync(`${home}/${path}`, "utf8"),
    runShell: async (command) => (await import("./shell.js")).runShell(command),
    makeTemporaryFolder: async () => (await import("./shell.js")).makeTemporaryFolder(),
    startHelper: async () => (await import("./threads.js")).startHelper(),
    explore: async (trace) => (await import("./explore/terminal.js")).exploreInTerminal(trace),
    makeFolder,
    async writeFiles(files, { force }) {
      await (await import("./write-file.js")).writeFilesWhole(files, force);
    },
  };
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
