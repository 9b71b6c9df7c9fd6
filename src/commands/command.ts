import type { AnySettingTable } from "../attention/setting.js";
import type { Introduction } from "../runs/command-spec.js";
import type { Io } from "../runs/io.js";
import type { Request } from "../runs/request.js";
import type { Trace } from "../trace/trace.js";

/** A command of qkv: what it takes, and what it does. One file each; registered in registry.ts. */
export interface Command extends Introduction {
  /** What stands behind the name, for help: "[SOURCE…] [options]". */
  readonly usage: string;
  /** What the words are that stand there. */
  readonly wordsHelp: string;
  /** Several words may stand there. */
  readonly takesWords: "one" | "several";
  /** Every option, by the name of its value. */
  readonly settings: AnySettingTable;
  /** The words that may stand there where they are known, for completions. */
  offers?(): Promise<readonly string[]>;
  /** What the first of them is, where it is no source: a cell, for completions. */
  readonly firstWord?: "cell";
  /** Of a command that records: the run, in which no number is worked out, for completions. Throws for files of more bytes. */
  record?(request: Request, io: Io, mostBytes: number): Promise<Trace>;
  /** Does what is asked and gives the exit code. Throws UserError for what cannot be done. */
  run(request: Request, io: Io): Promise<number>;
}
