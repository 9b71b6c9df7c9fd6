import type { CommandSpec } from "../commands/command-spec.js";
import type { Shortcut, Typed } from "../commands/shortcuts/shortcut.js";
import type { PageCommand } from "./definition.js";

/** A command line, taken apart but not yet understood: option values are as typed. */
export interface Invocation extends Typed {
  readonly command: CommandSpec;
  /** What was typed for it: the command itself or a shortcut. */
  readonly as: CommandSpec | Shortcut;
}

/** A command line for a command that shows what is known. */
export interface PageInvocation {
  readonly command: PageCommand;
  readonly argument: string | undefined;
  readonly options: Invocation["options"];
}

/** What to do: run a command, show a page, or just print (help, version) and end with a code. */
export type Plan =
  | { readonly kind: "run"; readonly invocation: Invocation }
  | { readonly kind: "page"; readonly invocation: PageInvocation }
  | { readonly kind: "topic"; readonly word: string | undefined }
  | { readonly kind: "print"; readonly text: string; readonly exitCode: number };
