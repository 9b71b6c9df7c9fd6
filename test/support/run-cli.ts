import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Io } from "../../src/cli/io.js";
import { run } from "../../src/cli/run.js";

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  /** The folder that file names are relative to. */
  readonly folder?: string;
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Streams that are terminals. */
  readonly terminals?: readonly ("stdin" | "stdout" | "stderr")[];
}

/** Runs a command line inside this process, with streams and surroundings of its own. */
export async function runCli(argv: readonly string[], surroundings: Surroundings = {}): Promise<CliRun> {
  const { folder = ".", stdin = "", env = {}, terminals = [] } = surroundings;
  const written = { stdout: [] as Uint8Array[], stderr: "" };
  const io: Io = {
    files: {
      readFile: (path) => readFileSync(join(folder, path)),
      readStdin: () => (typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin),
    },
    env,
    isTerminal: (stream) => terminals.includes(stream),
    terminalColumns: () => undefined,
    write: (text) => void written.stdout.push(typeof text === "string" ? Buffer.from(text) : text),
    writeError: (text) => {
      written.stderr += text;
    },
  };
  const exitCode = await run(argv, io);
  return { exitCode, stdout: Buffer.concat(written.stdout).toString("utf8"), stderr: written.stderr };
}
