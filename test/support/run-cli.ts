import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { resolveColorLevel } from "../../src/cli/color-level.js";
import { makeTemporaryFolder } from "../../src/cli/folders.js";
import { openerOn, runShell } from "../../src/cli/other-programs.js";
import { showProgress } from "../../src/cli/progress.js";
import { run } from "../../src/cli/run.js";
import { refuseExisting } from "../../src/cli/write-file.js";
import { storedBytes } from "../../src/input/read.js";
import type { Io } from "../../src/runs/io.js";

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  /** Stdout before decoding. */
  readonly bytes: Uint8Array;
  readonly stderr: string;
  /** What --output wrote, by its path. Nothing on the disk changes. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** The file that was opened in the browser, if any. */
  readonly opened?: string;
  /** The command whose run was explored, if any. */
  readonly explored?: string;
}

export interface Surroundings {
  /** The folder that file names are relative to. */
  readonly folder?: string;
  readonly stdin?: string | Uint8Array;
  /** Files that are not on the disk. */
  readonly given?: Readonly<Record<string, string | Uint8Array>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly platform?: string;
  /** Streams that are terminals. */
  /** The cell whose explanation the explorer asks for. */
  readonly explored?: { readonly key: string; readonly row: number; readonly col: number };
  readonly terminals?: readonly ("stdin" | "stdout" | "stderr")[];
}

const bytesOf = (contents: string | Uint8Array): Uint8Array =>
  typeof contents === "string" ? new TextEncoder().encode(contents) : contents;

/** The mark of a setting below the faces (errors.ts). It must not appear in output. */
const MARK = "\uFDD0";

/** Runs a command line in this process, with its own streams and environment. */
export async function runCli(argv: readonly string[], surroundings: Surroundings = {}): Promise<CliRun> {
  const { folder = ".", stdin = "", given = {}, env = {}, platform = "linux", terminals = [] } = surroundings;
  const written = { stdout: [] as Uint8Array[], stderr: "" };
  const files: Record<string, Uint8Array> = {};
  let explored: string | undefined;
  let opened: string | undefined;
  const io: Io = {
    files: {
      openFile: (path) =>
        storedBytes(path in given ? bytesOf(given[path]) : readFileSync(resolve(folder, path))),
      listFolder(path) {
        if (path === ".") return Object.keys(given).sort();
        const folder = `${path.replace(/\/$/, "")}/`;
        const inside = Object.keys(given).filter((name) => name.startsWith(folder));
        return inside.length > 0 ? inside.map((name) => name.slice(folder.length)).sort() : undefined;
      },
      exists: (path) => path in given || existsSync(resolve(folder, path)),
      openStdin: () => storedBytes(bytesOf(stdin)),
    },
    env,
    platform,
    isTerminal: (stream) => terminals.includes(stream),
    terminalColumns: () => undefined,
    colorLevel: (option) =>
      resolveColorLevel(option, { env, isTerminal: (stream) => terminals.includes(stream) }),
    write: (text) => void written.stdout.push(typeof text === "string" ? Buffer.from(text) : text),
    writeError: (text) => {
      written.stderr += text;
    },
    showProgress: (isQuiet) =>
      showProgress(
        {
          isTerminal: (stream) => terminals.includes(stream),
          writeError: (text) => {
            written.stderr += text;
          },
        },
        isQuiet,
      ),
    readPackageFile: (path) => readFileSync(path, "utf8"),
    runShell: async (command) => runShell(command),
    openInBrowser: async (path) => {
      opened = path;
      return openerOn(platform, env) !== undefined;
    },
    makeTemporaryFolder: async () => makeTemporaryFolder(),
    startHelper: async () => {},
    explore: async (trace) => {
      explored = trace.command;
      return surroundings.explored;
    },
    serve: async () => {
      throw new Error("calls are served by a process of its own");
    },
    makeFolder() {},
    async writeFiles(written, { force }) {
      const stale = written.find(([path]) => path in given || existsSync(join(folder, path)));
      if (!force && stale) refuseExisting(stale[0]);
      for (const [path, chunks] of written) {
        const pieces: Uint8Array[] = [];
        for await (const chunk of chunks) pieces.push(Buffer.from(chunk));
        files[path] = Buffer.concat(pieces);
      }
    },
  };
  const exitCode = await run(argv, io);
  const bytes = Buffer.concat(written.stdout);
  for (const text of [bytes, written.stderr, ...Object.values(files)]) {
    if (Buffer.from(text).includes(MARK)) throw new Error(`a setting without its dashes: ${argv.join(" ")}`);
  }
  return {
    exitCode,
    stdout: bytes.toString("utf8"),
    bytes,
    stderr: written.stderr,
    files,
    ...(explored && { explored }),
    ...(opened && { opened }),
  };
}
