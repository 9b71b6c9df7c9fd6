import type { AnySettingTable } from "../attention/setting.js";
import type { Introduction, Request } from "../runs/command-spec.js";
import type { Io } from "../runs/io.js";
import type { Trace } from "../trace/trace.js";

/** A command of qkv: its words, its settings, and what it does. Each has its own file and an entry in registry.ts. */
export interface Command extends Introduction {
  /** The words after the name, as the help shows them: "[SOURCE…] [options]". */
  readonly usage: string;
  /** The explanation of these words. */
  readonly wordsHelp: string;
  /** Whether it takes one word or several. */
  readonly takesWords: "one" | "several";
  /** Every option, by the name of its value. */
  readonly settings: AnySettingTable;
  /** Returns the possible words, if they are known, for completions. */
  offers?(): Promise<readonly string[]>;
  /** Set if the first word is a cell instead of a source, for completions. */
  readonly firstWord?: "cell";
  /**
   * Records the run without computing numbers, for completions. Only commands that record have it. Throws for a large
   * file.
   */
  record?(request: Request, io: Io): Promise<Trace>;
  /** Runs the request and returns the exit code. Throws UserError for a request that it cannot run. */
  run(request: Request, io: Io): Promise<number>;
}
