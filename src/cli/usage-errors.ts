import type { Command } from "../commands/command.js";
import { UserError } from "../errors.js";
import { quoteWord } from "../runs/shell-quotes.js";
import { nearest } from "../suggestion.js";
import { suggestCommand } from "./command-suggestion.js";
import { type CommandOption, longNameOf, optionsOf } from "./options.js";
import { corrected } from "./typed-options.js";

/** The error for an option that a command does not have, with a hint that leads somewhere: what was meant, or where all there is stands. */
export function unknownOption(
  typed: string,
  { command, words }: { readonly command: Command; readonly words: readonly string[] },
  commands: readonly Command[],
): UserError {
  const hint =
    correction(typed, command, words) ??
    hintForOption(typed, command, commands) ??
    `qkv ${command.name} --help shows what there is.`;
  return new UserError("USAGE", `unknown option '${typed}'.`, { hint });
}

/** The whole command line with what may have been meant. */
function correction(
  typed: string,
  { name, settings }: Command,
  words: readonly string[],
): string | undefined {
  const found = corrected(words, typed, settings);
  if (!found) return undefined;
  const line = ["qkv", name, ...found.words.map((word) => quoteWord(word, "linux"))].join(" ");
  return [`Say ${line}`, found.or].filter(Boolean).join(". ");
}

/** The error for a first word that is no command. */
export function unknownCommand(word: string, commands: readonly Command[]): UserError {
  const isOption = word.startsWith("-");
  return new UserError("USAGE", `unknown ${isOption ? "option" : "command"} '${word}'.`, {
    hint: hintForCommand(word, commands),
  });
}

/** The error for more words than a command takes. */
export function tooManyWords({ name }: Command, count: number): UserError {
  return new UserError("USAGE", `too many arguments for '${name}'. Expected 1 argument but got ${count}.`, {
    hint: `qkv ${name} --help shows what there is.`,
  });
}

/** The error for what commander does not take. */
export function notTaken(message: string, { name }: Command): UserError {
  return new UserError("USAGE", `${message.replace(/^error: /, "").replace(/\.$/, "")}.`, {
    hint: `qkv ${name} --help shows what there is.`,
  });
}

/** The error for an option that stands without its value; `found` stands in its place. */
export function needsValue({ flags, help }: CommandOption, found?: string): UserError {
  const name = longNameOf(flags);
  const other = found === undefined ? "" : `; found ${found}`;
  return new UserError("USAGE", `${name} needs a value${other}.`, { hint: `${flags}: ${help}.` });
}

/** Commands that a hint lists. */
const MOST_LISTED = 4;

/** What begins so, before what is spelled alike, before a command that has the very option. */
function hintForOption(typed: string, command: Command, commands: readonly Command[]): string | undefined {
  if (/^-[a-zA-Z]/.test(typed)) return hintForLetter(typed.slice(0, 2), command, commands);
  const word = typed.split("=", 1)[0];
  if (word !== typed && longNames(command).includes(word)) return `${word} takes no value: write it alone.`;
  const owners = commands.filter((other) => other.name !== command.name && longNames(other).includes(word));
  if (owners.length > 0) {
    // What marks a class takes the options of every problem.
    const own = owners.filter(({ record }) => record !== undefined);
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

function hintForLetter(letter: string, command: Command, commands: readonly Command[]) {
  const meant = MEANT_BY_LETTER.get(letter);
  const isOwn = meant !== undefined && longNames(command).includes(meant);
  if (letter.toLowerCase() === "-v" && !isOwn) return "qkv --version shows the version.";
  if (isOwn) return `Did you mean ${meant}?`;
  return meant && hintForOption(meant, command, commands);
}

function longNames(command: Command): readonly string[] {
  return optionsOf(command).map(({ flags }) => longNameOf(flags));
}

function hintForCommand(word: string, commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name);
  const near = suggestCommand(word, names);
  if (near) return `Did you mean qkv ${near}?`;
  return `The commands are ${names.join(", ")}; qkv help shows examples.`;
}
