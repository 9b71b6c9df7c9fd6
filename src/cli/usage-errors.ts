import type { CommanderError } from "commander";
import type { AnyCommand } from "../commands/definition.js";
import { UserError } from "../errors.js";
import { nearest } from "../suggestion.js";
import { suggestCommand } from "./command-suggestion.js";
import { type CommandOption, optionsOf } from "./options.js";

/** Commander's sentence with a hint that leads somewhere: what was meant, or where all there is stands. */
export function usageError(
  error: CommanderError,
  [first = ""]: readonly string[],
  definitions: readonly AnyCommand[],
): UserError {
  const command = definitions.find(({ name }) => name === first);
  const unvalued = /option '(.*)' argument missing/.exec(error.message)?.[1];
  const option = definitions
    .flatMap((definition) => optionsOf(definition))
    .find(({ flags }) => flags === unvalued);
  if (option) return needsValue(option);
  const message = error.message.replace(/^error: /, "").replace(/\s*\(Did you mean .*$/s, "");
  const unknown = /^unknown option '(.*)'/.exec(message)?.[1];
  const hint = command && unknown !== undefined ? hintForOption(unknown, command, definitions) : undefined;
  return new UserError("USAGE", `${message.replace(/\.$/, "")}.`, {
    hint: hint ?? (command ? `qkv ${first} --help shows what there is.` : hintForCommand(first, definitions)),
  });
}

/** The error for an option that stands without its value; `found` stands in its place. */
export function needsValue({ flags, help }: CommandOption, found?: string): UserError {
  const name = /--[\w-]+/.exec(flags)?.[0] ?? flags;
  const other = found === undefined ? "" : `; found ${found}`;
  return new UserError("USAGE", `${name} needs a value${other}.`, { hint: `${flags}: ${help}.` });
}

/** It takes the options of every problem. */
const CLASS_COMMAND = "check";

/** Commands that a hint lists. */
const MOST_LISTED = 4;

/** What begins so, before what is spelled alike, before a command that has the very option. */
function hintForOption(
  typed: string,
  command: AnyCommand,
  definitions: readonly AnyCommand[],
): string | undefined {
  if (/^-[a-zA-Z]/.test(typed)) return hintForLetter(typed.slice(0, 2), command, definitions);
  const word = typed.split("=", 1)[0];
  if (word !== typed && longNames(command).includes(word)) return `${word} takes no value: write it alone.`;
  const owners = definitions.filter((other) => other !== command && longNames(other).includes(word));
  if (owners.length > 0) {
    const own = owners.filter(({ name }) => name !== CLASS_COMMAND);
    const names = (own.length > 0 ? own : owners).slice(0, MOST_LISTED).map(({ name }) => `qkv ${name}`);
    return `${word} is an option of ${names.join(", ")}.`;
  }
  const names = longNames(command);
  const begun = word.length > 2 ? names.filter((name) => name.startsWith(word)) : [];
  if (begun.length > 0) return `Did you mean ${begun.slice(0, MOST_LISTED).join(", ")}?`;
  // Of a letter or two every short name is as near as another.
  const near = word.length > 4 ? nearest(word, names) : undefined;
  return near && `Did you mean ${near}?`;
}

/** What is meant by a letter that a command does not know. */
const MEANT_BY_LETTER: ReadonlyMap<string, string> = new Map([
  ["-q", "--quiet"],
  ["-k", "--key"],
  ["-v", "--value"],
]);

function hintForLetter(letter: string, command: AnyCommand, definitions: readonly AnyCommand[]) {
  const meant = MEANT_BY_LETTER.get(letter);
  const isOwn = meant !== undefined && longNames(command).includes(meant);
  if (letter.toLowerCase() === "-v" && !isOwn) return "qkv --version shows the version.";
  if (isOwn) return `Did you mean ${meant}?`;
  return meant && hintForOption(meant, command, definitions);
}

function longNames(command: AnyCommand): readonly string[] {
  return optionsOf(command).flatMap(({ flags }) => /--[\w-]+/.exec(flags)?.[0] ?? []);
}

function hintForCommand(word: string, definitions: readonly AnyCommand[]): string {
  const names = definitions.map(({ name }) => name);
  const near = suggestCommand(word, names);
  if (near) return `Did you mean qkv ${near}?`;
  return `The commands are ${names.join(", ")}; qkv help shows examples.`;
}
