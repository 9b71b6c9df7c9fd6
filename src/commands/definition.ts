import type { AnySettingTable } from "../attention/setting.js";
import type { Document } from "../render/document.js";
import type { JsonValue } from "../render/json-value.js";
import type { CommandSpec, Introduction } from "../runs/command-spec.js";
import type { Io } from "../runs/io.js";
import type { Shortcut } from "./shortcuts/shortcut.js";

/** A command that records nothing, but shows what is known; print-page.ts prints it. One file each in pages/. */
export interface PageCommand extends Introduction {
  /** What may stand behind its name, for help. */
  readonly argument: string;
  /** How usage calls it, where it is no name. */
  readonly placeholder?: string;
  /** The words that may stand there, as completions offer them. */
  words(): Promise<readonly string[]>;
  /** What it gives is text as it stands: nothing of its look can be chosen but by options of its own. */
  readonly isPlainText?: true;
  /** Options of its own. */
  readonly settings?: AnySettingTable;
  /** Throws UserError for an argument that names nothing. A text, or the bytes of a file, is printed as it is. */
  page(argument: string | undefined, io: Io, settings: PageOptions): Promise<Page | string | Uint8Array>;
}

/** The options of a page's own, as they were parsed. */
export type PageOptions = Readonly<Record<string, unknown>>;

export interface Page {
  readonly document: Document;
  readonly json: JsonValue;
  /** Where it is not 0. */
  readonly exitCode?: number;
}

/** Whether a command records nothing. */
export const isPage = (command: AnyCommand): command is PageCommand => "argument" in command;

/** What the command line knows by name. */
export type AnyCommand = CommandSpec | Shortcut | PageCommand;

/** The command that records: of a shortcut the one that does its work. */
export function recordingCommand(command: CommandSpec | Shortcut): CommandSpec {
  return "of" in command ? command.of : command;
}
