import type { OnProgress } from "../attention/comparison/sweep-points.js";
import type { InputName } from "../attention/inputs.js";
import type { RecordOptions } from "../attention/keeping.js";
import type { Problem } from "../attention/problem.js";
import type { Setting } from "../attention/setting.js";
import type { Document } from "../render/document.js";
import type { JsonValue } from "../render/json-value.js";
import type { PresetCommand } from "../systems/system.js";
import type { Trace } from "../trace/trace.js";
import { CARRY_SETTINGS } from "./carry-settings.js";

/** What help says of every command. */
interface Introduction {
  readonly name: string;
  readonly summary: string;
  /** Runnable, and run by a test. */
  readonly examples: readonly (readonly [purpose: string, command: string])[];
}

/** A command that records nothing, but shows what is known; print-page.ts prints it. */
export interface PageCommand extends Introduction {
  /** What may stand behind its name, for help. */
  readonly argument: string;
  /** Throws UserError for an argument that names nothing. */
  page(argument: string | undefined): Page;
}

export interface Page {
  readonly document: Document;
  readonly json: JsonValue;
}

export type AnyCommand = CommandDefinition | PageCommand;

/** A command that records a Trace; program.ts makes its options and help, run.ts runs it. */
export interface CommandDefinition extends Introduction {
  readonly name: PresetCommand;
  readonly inputs: readonly InputName[];
  /** What an input is here, where it plays another part than elsewhere. */
  readonly inputHelp?: Readonly<Partial<Record<InputName, string>>>;
  /** The options that name rows, with their help. Without a word: names of the queries and of the keys. */
  readonly labels?: LabelOptions;
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
  /** Whether these options alone make a problem, so that standard input is not waited for. */
  needsNoInput?(options: Readonly<Record<string, string | boolean | readonly string[]>>): boolean;
  /** Of numbers in `--why`, when no precision is asked for; otherwise they have the decimals of the tables. */
  readonly significantDigits?: number;
  /** A bundle, as `--demo` uses it. */
  readonly demo: string;
  /** Settings have been checked against `settings`. A long computation tells `onProgress` how far it is. */
  record(problem: Problem<object>, options?: RecordOptions & { readonly onProgress?: OnProgress }): Trace;
}

export type LabelOptions = Readonly<Partial<Record<"tokens" | "keyTokens", string>>>;

export const QUERY_AND_KEY_LABELS: LabelOptions = {
  tokens: "names of the query rows, and of the keys when there are as many",
  keyTokens: "names of the keys",
};

/** What changes the numbers of a run: the command's own settings, and rounding as on paper. */
export function settingsOf(command: CommandDefinition): Readonly<Record<string, Setting<unknown>>> {
  return { ...command.settings, ...CARRY_SETTINGS };
}

/** The option for an input or for labels: `pastKey` is given with `--past-key`. */
export function optionOf(name: InputName | keyof LabelOptions): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
