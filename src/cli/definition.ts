import type { InputName } from "../attention/inputs.js";
import type { Problem } from "../attention/problem.js";
import type { Setting } from "../attention/settings.js";
import type { Trace } from "../trace/trace.js";

/** What a command is; program.ts makes its options and help, run.ts runs it. */
export interface CommandDefinition {
  readonly name: string;
  readonly summary: string;
  /** Runnable, and run by a test. */
  readonly examples: readonly (readonly [purpose: string, command: string])[];
  readonly inputs: readonly InputName[];
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
  /** A bundle, as `--demo` uses it. */
  readonly demo: string;
  /** Settings have been checked against `settings`. */
  record(problem: Problem<object>): Trace;
}

/** The option for an input: `pastKey` is given with `--past-key`. */
export function optionOf(name: InputName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
