import type { CommandSpec, Introduction } from "./command-spec.js";

/** What stands on a command line behind the name of its command, as it was typed. */
export interface Typed {
  readonly sources: readonly string[];
  /** By camelCase name; flags are true, the others text, or a list of texts. */
  readonly options: Readonly<Record<string, string | boolean | readonly string[]>>;
}

/** A command line, taken apart but not yet understood: option values are as typed. */
export interface Invocation extends Typed {
  readonly command: CommandSpec;
  /** What was typed for it: the command itself or a shortcut. */
  readonly as: Introduction;
}
