import type { CellReference } from "../explain/cell-reference.js";
import type { Files } from "../input/read.js";
import type { ColorLevel } from "../render/color.js";
import type { Chunks } from "../render/formats/format.js";
import type { Trace } from "../trace/trace.js";

/** Exit codes: docs/reference.md lists them. */
export const EXIT = { done: 0, different: 1, unusable: 2, lessPrecise: 3, unsure: 4, bug: 70 } as const;

/** Where a file goes, and what stands in it. */
export type FileToWrite = readonly [path: string, chunks: Chunks];

/** Everything outside the program that a run touches; tests pass their own. */
export interface Io {
  readonly files: Files;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As Node names it: "linux", "win32". */
  readonly platform: string;
  isTerminal(stream: "stdin" | "stdout" | "stderr"): boolean;
  /** Columns of the terminal behind stdout, if there is one. */
  terminalColumns(): number | undefined;
  /** How much colour stdout gets, where --color says so. */
  colorLevel(option: "auto" | "always" | "never"): Promise<ColorLevel>;
  /** Text that is styled keeps its colours (`printable.ts`). Throws ClosedPipe when nobody reads any more. */
  write(text: string | Uint8Array, isStyled?: boolean): void;
  writeError(text: string): void;
  /** A text that comes with the program, by its path in the package: `docs/mistakes.md`. */
  readPackageFile(path: string): string;
  /** Runs a command line of the shell, whose output goes to standard error, and gives its exit code. */
  runShell(command: string): Promise<number>;
  /** Opens a file in the browser, without a shell; false where there is none, or only on another computer. */
  openInBrowser(path: string): Promise<boolean>;
  /** A folder for files that are needed for a while, and what removes it. */
  makeTemporaryFolder(): Promise<{ readonly path: string; remove(): void }>;
  /** Shows on a terminal how far long work is, unless nobody wants to know. Gives what removes the line. */
  showProgress(isQuiet: boolean): () => void;
  /** Gets a second thread ready for work that is worth it. */
  startHelper(): Promise<void>;
  /** Lets somebody look around a run on the whole terminal; gives the cell whose explanation they want printed. */
  explore(trace: Trace): Promise<CellReference | undefined>;
  /** Answers calls on standard input, none longer than `limit` bytes, until it ends; gives the exit code. */
  serve(limit: number): Promise<number>;
  /** Makes a folder, and those it stands in, where they are not there. Throws FILE_UNWRITABLE. */
  makeFolder(path: string): void;
  /** Writes files, each whole, and none when one of them exists, unless `force`. Throws FILE_UNWRITABLE. */
  writeFiles(files: readonly FileToWrite[], options: { readonly force: boolean }): Promise<void>;
}

/** The reader of our output has gone (`| head`): not an error, there is just nothing left to do. */
export class ClosedPipe extends Error {}

/** Says on standard error what is good to know. */
export function writeNotes(io: Pick<Io, "writeError">, notes: readonly string[]): void {
  for (const note of notes) io.writeError(`note: ${note}\n`);
}
