import type { Command } from "./command.js";
import { SPECS } from "./specs.js";

const recorded = Object.fromEntries(
  Object.entries(SPECS).map(([name, load]) => [
    name,
    async () => (await import("./recording.js")).recording(await load()),
  ]),
);

/** Every command, in the order of the help. Each is loaded only when it is needed. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  ...recorded,
  softmax: async () => (await import("./softmax.js")).softmax,
  rope: async () => (await import("./rope.js")).rope,
  alibi: async () => (await import("./rope.js")).alibi,
  check: async () => (await import("./check.js")).check,
  explain: async () => (await import("./explain.js")).explain,
  exercise: async () => (await import("./exercise/write-exercises.js")).exercise,
  systems: async () => (await import("./systems.js")).systems,
  diff: async () => (await import("./diff.js")).diff,
  identify: async () => (await import("./identify/identify-kernel.js")).identifyKernel,
  serve: async () => (await import("./serve.js")).serve,
  schema: async () => (await import("./schema.js")).schema,
  completion: async () => (await import("./completion.js")).completion,
};

export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

/** Loads all commands, for the help and for errors: an unknown option may belong to another command. */
export function loadCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(COMMANDS).map((load) => load()));
}
