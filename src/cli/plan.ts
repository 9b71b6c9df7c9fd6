import type { PageInvocation } from "../commands/print-page.js";
import type { Shortcut } from "../commands/shortcuts/shortcut.js";
import type { CommandSpec } from "../runs/command-spec.js";
import type { Invocation } from "../runs/invocation.js";

/** A command line for a command that records. */
export interface RunInvocation extends Invocation {
  readonly as: CommandSpec | Shortcut;
}

/** What to do: run a command, show a page, or just print (help, version) and end with a code. */
export type Plan =
  | { readonly kind: "run"; readonly invocation: RunInvocation }
  | { readonly kind: "page"; readonly invocation: PageInvocation }
  | { readonly kind: "topic"; readonly word: string | undefined }
  | { readonly kind: "print"; readonly text: string; readonly exitCode: number };
