import type { CellReference } from "../explain/cell-reference.js";
import { SPACE } from "../input/bytes.js";
import type { Files } from "../input/read.js";
import { readWhole } from "../input/stored.js";
import { once } from "../math/remember.js";
import type { ColorLevel } from "../render/color.js";
import type { Chunks } from "../render/formats/format.js";
import type { Trace } from "../trace/trace.js";

/** The exit codes. docs/reference.md lists them. */
export const EXIT = { done: 0, different: 1, unusable: 2, lessPrecise: 3, unsure: 4, bug: 70 } as const;

/** The path of a file, and its content. */
export type FileToWrite = readonly [path: string, chunks: Chunks];

/** Everything outside the program that a run uses. Tests pass their own. */
export interface Io {
  readonly files: Files;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The name by Node: "linux", "win32". */
  readonly platform: string;
  isTerminal(stream: "stdin" | "stdout" | "stderr"): boolean;
  /** Returns the columns of the terminal if stdout is one. */
  terminalColumns(): number | undefined;
  /** Returns how many colours stdout gets for a value of --color. */
  colorLevel(option: "auto" | "always" | "never"): Promise<ColorLevel>;
  /**
   * Writes to stdout. Styled text keeps its colours (`printable.ts`). Throws ClosedPipe if the reader has closed the
   * pipe.
   */
  write(text: string | Uint8Array, isStyled?: boolean): void;
  writeError(text: string): void;
  /** Whether notes and warnings are left out (--quiet). */
  readonly isQuiet?: boolean;
  /** Reads a text that comes with the program, by its path in the package: `docs/mistakes.md`. */
  readPackageFile(path: string): string;
  /** Runs a command line in the shell, and returns its exit code. Its output goes to stderr. */
  runShell(command: string): Promise<number>;
  /**
   * Opens a file in the browser, without a shell. Returns false if there is no browser, or only one on another
   * computer.
   */
  openInBrowser(path: string): Promise<boolean>;
  /** Creates a temporary folder, with a function that removes it. */
  makeTemporaryFolder(): Promise<{ readonly path: string; remove(): void }>;
  /** Shows the progress of long work on a terminal, unless `isQuiet`. Returns a function that removes the line. */
  showProgress(isQuiet: boolean): () => void;
  /** Starts a second thread for large work. */
  startHelper(): Promise<void>;
  /** Lets the user explore a run on the whole terminal. Returns the cell whose explanation they want to be printed. */
  explore(trace: Trace): Promise<CellReference | undefined>;
  /** Answers calls on stdin until it ends. No message may be longer than `limit` bytes. Returns the exit code. */
  serve(limit: number): Promise<number>;
  /** Creates a folder, and the folders above it if they are missing. Throws FILE_UNWRITABLE. */
  makeFolder(path: string): void;
  /** Writes files, each whole. If one of them exists, none is written, unless `force`. Throws FILE_UNWRITABLE. */
  writeFiles(files: readonly FileToWrite[], options: { readonly force: boolean }): Promise<void>;
}

/** The reader of the output has closed the pipe (`| head`). That is not an error; there is only nothing left to do. */
export class ClosedPipe extends Error {}

/** Writes notes to stderr. */
export function writeNotes(io: Pick<Io, "writeError" | "isQuiet">, notes: readonly string[]): void {
  if (!io.isQuiet) for (const note of notes) io.writeError(`note: ${note}\n`);
}

/**
 * Returns an Io whose stdin contains something that can be read again. Returns undefined if stdin is a terminal or
 * empty.
 */
export function withPiped(io: Io): Io | undefined {
  if (io.isTerminal("stdin")) return undefined;
  const again = rereading(io)();
  return readWhole(again.files.openStdin()).every((byte) => byte <= SPACE) ? undefined : again;
}

/**
 * Returns a function that makes an Io for each reader of stdin. stdin is opened once, and each reader reads it from the
 * beginning.
 */
export function rereading(io: Io): () => Io {
  const piped = once(() => io.files.openStdin());
  // A different function for each Io, because readers are recognised by the function that opens stdin.
  return () => ({ ...io, files: { ...io.files, openStdin: () => piped() } });
}
