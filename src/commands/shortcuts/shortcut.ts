import type { InputName } from "../../attention/inputs.js";
import type { AnySettingTable } from "../../attention/setting.js";
import type { CommandSpec, Introduction, LabelOptions } from "../command-spec.js";

/** What stands on a command line behind the name of its command, as it was typed. */
export interface Typed {
  readonly sources: readonly string[];
  /** By camelCase name; flags are true, the others text, or a list of texts. */
  readonly options: Readonly<Record<string, string | boolean | readonly string[]>>;
}

/**
 * A name that people type for what another command does: `qkv rope` is `qkv posenc --kind rope`. It has a help of its own with
 * the options that matter for it. One file each; registered in registry.ts.
 */
export interface Shortcut extends Introduction {
  /** The command that does the work. Its name stands in JSON and in the line that repeats a run. */
  readonly of: CommandSpec;
  /** What SOURCE is called and said to be in help. */
  readonly usage: string;
  readonly sourceHelp: string;
  /** The part of the inputs of that command that help shows. */
  readonly inputs: readonly InputName[];
  readonly labels: LabelOptions;
  /** The settings of that command that can be given, and those that are the shortcut's own. */
  readonly settings: AnySettingTable;
  /** What would have been typed for the command itself. Throws UserError as settings do. */
  expand(typed: Typed): Typed;
}
