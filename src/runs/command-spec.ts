import type { InputName } from "../attention/inputs.js";
import type { RecordOptions } from "../attention/keeping.js";
import type { Problem } from "../attention/problem.js";
import type { AnySettingTable, SettingTable } from "../attention/setting.js";
import { remember } from "../math/remember.js";
import type { Fillable } from "../systems/fillable.js";
import type { Trace } from "../trace/trace.js";
import { CARRY_SETTINGS, PRECISION_SETTINGS } from "./arithmetic/rounding-settings.js";
import type { ProblemNeed } from "./attention-needs.js";

/** What help says of every command. */
export interface Introduction {
  readonly name: string;
  readonly summary: string;
  /** Runnable, and run by a test. */
  readonly examples: readonly (readonly [purpose: string, command: string])[];
}

/**
 * A command that records a Trace, declared once: the command line, the library, presets and the sweeps of the tests read
 * it. One file each; registered in registry.ts. `Settings` are complete: those with a default are always there.
 */
export interface CommandSpec<Settings extends object = object> extends Introduction, Fillable<Settings> {
  /** What SOURCE is, where it is not matrices. */
  readonly source?: "model";
  /** The command that works several heads together, of which this one works one. */
  readonly ofHeads?: () => CommandSpec;
  /** Its whole is one call of a library, whose conventions `--as` compares. */
  readonly isOneCall?: true;
  /** What an input is here, where it plays another part than elsewhere. */
  readonly inputHelp?: Readonly<Partial<Record<InputName, string>>>;
  /** The input that a SOURCE is whose name says nothing; absent: such a SOURCE is refused. */
  readonly unnamed?: InputName;
  /** Settings that whole numbers alone say, in their order, where there are no more of them: `qkv posenc 10 8`, `qkv rope 8`. */
  readonly sizes?: readonly string[];
  /** The options that name rows, with their help. Without a word: names of the queries and of the keys. */
  readonly labels?: LabelOptions;
  /** Whether these options alone make a problem, so that standard input is not waited for. */
  needsNoInput?(values: Readonly<Record<string, unknown>>): boolean;
  /** Of numbers in `--why`, when no precision is asked for; otherwise they have the decimals of the tables. */
  readonly significantDigits?: number;
  /** A bundle, as `--demo` uses it. */
  demo(): string;
  /** What its settings and inputs are about: where that is not there, they change nothing. */
  readonly needs?: readonly ProblemNeed[];
  /** Throws for settings that contradict what was given: once settings are complete, nobody can tell. */
  refuseConflicts?(given: Problem<Partial<Settings>>): void;
  /** Settings have been checked against `settings`. */
  record(problem: Problem<Settings>, options: RecordOptions): Trace;
}

export type LabelOptions = Readonly<Partial<Record<"tokens" | "keyTokens", string>>>;

export const QUERY_AND_KEY_LABELS: LabelOptions = {
  tokens: "names of the query rows, and of the keys if there are as many",
  keyTokens: "names of the keys",
};

/** A table with another put into it before one of its settings. Help, and settings in JSON, are in the order of tables. */
export function withSettingsBefore<Settings, More>(
  name: keyof Settings & string,
  table: SettingTable<Settings>,
  more: SettingTable<More>,
): SettingTable<Settings & More> {
  const entries = Object.entries(table);
  entries.splice(Object.keys(table).indexOf(name), 0, ...Object.entries(more));
  return Object.fromEntries(entries) as SettingTable<Settings & More>;
}

/** What changes the numbers of a run: the command's own settings, and rounding as on paper or as machines do. */
export function settingsOf({ settings }: Pick<CommandSpec, "settings">): AnySettingTable {
  return remember(known, settings, () => ({ ...settings, ...CARRY_SETTINGS, ...PRECISION_SETTINGS }));
}

/** By the settings that are a command's own: a run asks several times. */
const known = new WeakMap<AnySettingTable, AnySettingTable>();
