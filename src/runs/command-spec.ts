import type { InputName } from "../attention/inputs.js";
import type { Problem } from "../attention/problem.js";
import type { RecordOptions } from "../attention/recorder.js";
import { type AnySettingTable, completeSettings, type SettingTable } from "../attention/setting.js";
import { remember } from "../math/remember.js";
import type { FillableCommand } from "../systems/fillable-command.js";
import type { Trace } from "../trace/trace.js";
import { CARRY_SETTINGS, PRECISION_SETTINGS } from "./arithmetic/rounding-settings.js";
import type { ProblemNeed } from "./attention-needs.js";

/** What the help shows about every command. */
export interface Introduction {
  readonly name: string;
  readonly summary: string;
  /** Commands that can be run. A test runs them. */
  readonly examples: readonly (readonly [purpose: string, command: string])[];
}

/**
 * A command that records a Trace, declared once. The command line, the library, presets and the tests over all commands
 * read it. Each has its own file and an entry in registry.ts. `Settings` are complete: settings with a default are
 * never missing.
 */
export interface CommandSpec<Settings extends object = object>
  extends Introduction,
    FillableCommand<Settings> {
  /** What SOURCE is, if it is not matrices. */
  readonly source?: "model";
  /** The command for several heads, if this command is for one head. */
  readonly ofHeads?: () => CommandSpec;
  /** Set if the whole run is one call of a library. `--as` compares the conventions of such calls. */
  readonly isOneCall?: true;
  /** The help of inputs that have another role here than in other commands. */
  readonly inputHelp?: Readonly<Partial<Record<InputName, string>>>;
  /** The inputs that SOURCEs with unknown names are, in this order. If absent, such a SOURCE is an error. */
  readonly unnamed?: readonly InputName[];
  /**
   * The settings that whole numbers alone give, in this order: `qkv posenc 10 8`, `qkv rope 4 8`. Only if there are not
   * more numbers than settings.
   */
  readonly sizes?: readonly string[];
  /** The one of these settings that a single number gives, if it is not the first: `qkv rope 8`. */
  readonly singleSize?: string;
  /** The options that name rows, with their help. By default they name the rows of queries and of keys. */
  readonly labels?: LabelOptions;
  /** Whether these options alone are a problem. Then the command does not wait for stdin. */
  needsNoInput?(values: Readonly<Record<string, unknown>>): boolean;
  /**
   * The number of significant digits in `--why` if no precision is given. If absent, numbers have the decimals of the
   * tables.
   */
  readonly significantDigits?: number;
  /** Returns the bundle of `--demo`. */
  demo(): string;
  /** What its settings and inputs apply to. If that is missing, they change nothing. */
  readonly needs?: readonly ProblemNeed[];
  /**
   * Throws if given settings contradict each other. It gets the settings before defaults are filled in, because
   * afterwards it cannot be seen what was given.
   */
  refuseConflicts?(given: Problem<Partial<Settings>>): void;
  /** Records the run. The settings were already checked against `settings`. */
  record(problem: Problem<Settings>, options: RecordOptions): Trace;
}

export type LabelOptions = Readonly<Partial<Record<"tokens" | "keyTokens", string>>>;

export const QUERY_AND_KEY_LABELS: LabelOptions = {
  tokens: "names of the query rows, and of the keys if they are the same number",
  keyTokens: "names of the keys",
};

/**
 * Inserts a table into another one, before one of its settings. The help, and settings in JSON, have the order of the
 * table.
 */
export function withSettingsBefore<Settings, More>(
  name: keyof Settings & string,
  table: SettingTable<Settings>,
  more: SettingTable<More>,
): SettingTable<Settings & More> {
  const entries = Object.entries(table);
  entries.splice(Object.keys(table).indexOf(name), 0, ...Object.entries(more));
  return Object.fromEntries(entries) as SettingTable<Settings & More>;
}

/**
 * Returns the settings that change the numbers of a run: the command's own, rounding as on paper, and rounding as a
 * machine does.
 */
export function settingsOf({ settings }: Pick<CommandSpec, "settings">): AnySettingTable {
  return remember(known, settings, () => ({ ...settings, ...CARRY_SETTINGS, ...PRECISION_SETTINGS }));
}

/** Cached results, by the command's own settings. A run calls the function several times. */
const known = new WeakMap<AnySettingTable, AnySettingTable>();

/** Parsed options by the names of their settings. */
export type Values = Readonly<Record<string, unknown>>;

/** A request to a command. Later code never reads the command line. */
export interface Request {
  /** The words after the name of the command. */
  readonly words: readonly string[];
  /** Every option that was given. */
  readonly values: Values;
}

/** A request to a command that records. */
export interface RunRequest extends Request {
  readonly command: CommandSpec;
}

/** Returns the values of the settings in a table. */
export function pick<Settings>(table: SettingTable<Settings>, values: Values): Partial<Settings>;
export function pick(table: AnySettingTable, values: Values): Values;
export function pick(table: AnySettingTable, values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(table, name)));
}

/** Returns the values of the settings in a table, with defaults for those that were not given. */
export const withDefaults = <Settings extends object>(table: SettingTable<Settings>, values: Values) =>
  completeSettings(table, pick(table, values));
