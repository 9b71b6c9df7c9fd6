import type { CommandSpec } from "../commands/command-spec.js";
import type { PageCommand } from "./definition.js";

/** A command line, taken apart but not yet understood: option values are as typed. */
export interface Invocation {
  readonly command: CommandSpec;
  readonly sources: readonly string[];
  /** By camelCase name; flags are true, the others text, or a list of texts. */
  readonly options: Readonly<Record<string, string | boolean | readonly string[]>>;
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
  | { readonly kind: "print"; readonly text: string; readonly exitCode: number };
