import { type AnySettingTable, completeSettings, type SettingTable } from "../attention/setting.js";
import type { CommandSpec } from "./command-spec.js";

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
