import type { InputName } from "../../attention/inputs.js";
import type { AnySettingTable } from "../../attention/setting.js";
import type { CommandSpec, Introduction, LabelOptions } from "../../runs/command-spec.js";
import type { Typed } from "../../runs/invocation.js";

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
