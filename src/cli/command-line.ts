import type { AnyCommand } from "./definition.js";
import { type CommandOption, optionsOf } from "./options.js";
import type { Invocation, Plan } from "./plan.js";

/** Takes the command line apart; help is wrapped to `width`. Throws UserError USAGE for what it does not understand. */
export async function parseCommandLine(
  argv: readonly string[],
  definitions: readonly AnyCommand[],
  width: () => number,
): Promise<Plan> {
  const invocation = readPlainly(argv, definitions);
  if (invocation) return { kind: "run", invocation };
  return (await import("./program.js")).parseByCommander(argv, definitions, width);
}

/**
 * A command line that leaves no question: a command, sources and options written in full, each once, with one value or
 * none. Of any other it gives undefined: commander understands or explains it, which takes some milliseconds more.
 */
export function readPlainly(
  [name, ...words]: readonly string[],
  definitions: readonly AnyCommand[],
): Invocation | undefined {
  const command = definitions.find((definition) => definition.name === name);
  if (!command || "page" in command) return undefined;
  const known = optionsOf(command);
  const sources: string[] = [];
  const options: Record<string, string | true> = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (isOperand(word)) {
      sources.push(word);
      continue;
    }
    const option = findPlain(known, word);
    if (!option || option.key in options) return undefined;
    if (!option.takesValue) options[option.key] = true;
    else {
      const value = words[++at];
      if (value === undefined || !isOperand(value)) return undefined;
      options[option.key] = value;
    }
  }
  return { command, sources, options };
}

const isOperand = (word: string) => word === "-" || !word.startsWith("-");

/** `-o, --format <name>`; neither a list of values nor the denial of another option. */
const PLAIN_FLAGS = /^(?:(-\w), )?(--(?!no-)[\w-]+)(?: (<[^.>]+>))?$/;

function findPlain(known: readonly CommandOption[], word: string) {
  for (const { flags } of known) {
    if (!flags.includes(word)) continue;
    const [, short, long, value] = PLAIN_FLAGS.exec(flags) ?? [];
    if (word === short || word === long) return { key: camelCase(long), takesValue: value !== undefined };
  }
  return undefined;
}

/** `--past-key` is called pastKey. */
const camelCase = (long: string) =>
  long.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
