import { type AnySettingTable, completeSettings, type SettingTable } from "../attention/setting.js";
import type { CommandSpec } from "./command-spec.js";

/** Options by the name of their setting, as their setting understood them. */
export type Values = Readonly<Record<string, unknown>>;

/** What is asked of a command. Nobody else looks at a command line. */
export interface Request {
  /** What stands behind the name of the command. */
  readonly words: readonly string[];
  /** Every option that was given. */
  readonly values: Values;
}

/** What is asked of a command that records. */
export interface RunRequest extends Request {
  readonly command: CommandSpec;
}

/** The values of the settings in a table. */
export function pick<Settings>(table: SettingTable<Settings>, values: Values): Partial<Settings>;
export function pick(table: AnySettingTable, values: Values): Values;
export function pick(table: AnySettingTable, values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(table, name)));
}

/** The values of the settings in a table, with the default of each that was not given. */
export const settle = <Settings extends object>(table: SettingTable<Settings>, values: Values): Settings =>
  completeSettings(table, pick(table, values));
