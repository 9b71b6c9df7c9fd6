import { fstatSync, readFileSync, writeSync } from "node:fs";
import { refuseAs } from "../errors.js";
import { nodeFiles, readSome } from "../input/files.js";
import { reasonFor } from "../input/open.js";
import { ClosedPipe, type Io } from "../runs/io.js";
import { makeFolder, makeTemporaryFolder } from "./folders.js";
import { showProgress } from "./progress.js";

const FILE_DESCRIPTORS = { stdin: 0, stdout: 1, stderr: 2 } as const;

/**
 * Returns the Io of a real process. It writes directly to the file descriptor: process.stdout would take start-up time,
 * and would lose unwritten text when the process ends. `home` is the folder of the package.
 */
export function nodeIo(home: string): Io {
  const writeError = (text: string) => {
    try {
      writeAll(FILE_DESCRIPTORS.stderr, text);
    } catch {
      // If stderr is closed, nobody can read the message.
    }
  };
  const io: Io = {
    files: nodeFiles(),
    env: process.env,
    platform: process.platform,
    isTerminal,
    terminalColumns: () => (isTerminal("stdout") ? process.stdout.columns : undefined),
    colorLevel: async (option) => {
      const { resolveColorLevel } = await import("./color-level.js");
      return resolveColorLevel(option, { env: process.env, isTerminal });
    },
    write: (text) => writeAll(FILE_DESCRIPTORS.stdout, text),
    writeError,
    showProgress: (isQuiet) => showProgress({ isTerminal, writeError }, isQuiet),
    readPackageFile: (path) => readFileSync(`${home}/${path}`, "utf8"),
    runShell: async (command) => (await import("./other-programs.js")).runShell(command),
    openInBrowser: async (path) =>
      (await import("./other-programs.js")).openInBrowser(path, process.platform, process.env),
    makeTemporaryFolder: async () => makeTemporaryFolder(),
    startHelper: async () => (await import("./threads.js")).startHelper(),
    explore: async (trace) => (await import("./explore/terminal.js")).exploreInTerminal(trace),
    serve: async (limit) => (await import("./serve/serve.js")).serve(CALLS, limit, io),
    makeFolder,
    async writeFiles(files, { force }) {
      await (await import("./write-file.js")).writeFilesWhole(files, force);
    },
  };
  return io;
}

const CALLS = {
  read: (into: Uint8Array) => readSome(FILE_DESCRIPTORS.stdin, into),
  write: (bytes: Uint8Array) => writeAll(FILE_DESCRIPTORS.stdout, bytes),
};

/**
 * Whether a stream is a terminal. Loading node:tty takes a millisecond, so pipes and files are recognised without it.
 */
function isTerminal(stream: keyof typeof FILE_DESCRIPTORS) {
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
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") throw new ClosedPipe();
      if (code !== "EAGAIN")
        refuseAs(
          "FILE_UNWRITABLE",
          `cannot write the output: ${reasonFor(error)}.`,
          "Write it elsewhere: -o out.txt, or another redirection.",
        );
      waitBriefly();
    }
  }
}

/** Waits 5 ms, so that the reader can empty a full pipe that was set to non-blocking by its other end. */
function waitBriefly() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}
