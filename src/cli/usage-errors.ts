import type { Command } from "../commands/command.js";
import { UserError } from "../errors.js";
import { quoteWord } from "../runs/shell-quotes.js";
import { isMistyped, suggestCommand } from "./command-suggestion.js";
import { type CommandOption, longNameOf, longNamesOf } from "./options.js";
import { TOPICS, topicNamed } from "./topics/registry.js";
import { corrected, meantOption, plainName } from "./typed-options.js";

/** The error for an option that a command does not have, with a hint that leads somewhere: what was meant, or the topic that it is about. */
export function unknownOption(
  typed: string,
  { command, words }: { readonly command: Command; readonly words: readonly string[] },
  commands: readonly Command[],
): UserError {
  const hint =
    correction(typed, command, words) ??
    hintForOption(typed, command, commands) ??
    hintOfTopic(typed) ??
    whereOptionsStand(command);
  return new UserError("USAGE", `unknown option '${typed}'.`, { hint });
}

const whereOptionsStand = ({ name }: Command) =>
  `qkv ${name} -h shows what people use, qkv help what can be explained.`;

/** The whole command line with what may have been meant. */
function correction(typed: string, { name, settings }: Command, words: readonly string[]) {
  const found = corrected(words, typed, settings);
  if (!found) return undefined;
  const line = ["qkv", name, ...found.words.map((word) => quoteWord(word, "linux"))].join(" ");
  const whole = found.pipe === undefined ? line : `${line} | ${found.pipe}`;
  return found.or === undefined ? `Say ${whole}` : `Say ${whole}. ${found.or}.`;
}

/** The topic that a word of the option names: `--mask-value` is about masks. */
function hintOfTopic(typed: string): string | undefined {
  const words = plainName(typed).split("-");
  const topic = words.map(topicNamed).find((found) => found !== undefined);
  return topic && `qkv help ${topic} shows the options about this: ${TOPICS[topic].summary}.`;
}

/** The error for a first word that is no command. */
export function unknownCommand(word: string, commands: readonly Command[]): UserError {
  const isOption = word.startsWith("-");
  return new UserError("USAGE", `unknown ${isOption ? "option" : "command"} '${word}'.`, {
    hint: hintForCommand(word, commands),
  });
}

/** The error for more words than a command takes. */
export function tooManyWords(command: Command, count: number): UserError {
  return new UserError(
    "USAGE",
    `too many arguments for '${command.name}'. Expected 1 argument but got ${count}.`,
    {
      hint: whereOptionsStand(command),
    },
  );
}

/** The error for what commander does not take. */
export function notTaken(message: string, command: Command): UserError {
  return new UserError("USAGE", `${message.replace(/^error: /, "").replace(/\.$/, "")}.`, {
    hint: whereOptionsStand(command),
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

/** What begins so, before a command that has the very option, before what is spelled alike. */
function hintForOption(typed: string, command: Command, commands: readonly Command[]): string | undefined {
  if (/^-[a-zA-Z]/.test(typed)) return hintForLetter(typed.slice(0, 2), command, commands);
  const names = longNamesOf(command);
  const word = typed.split("=", 1)[0];
  if (word !== typed && names.includes(word)) return `${word} takes no value: write it alone.`;
  const [ours] = meantOption(word) ?? [word];
  const owners = commands.filter((other) => other.name !== command.name && longNamesOf(other).includes(ours));
  if (owners.length > 0) {
    // What marks a class takes the options of every problem.
    const own = owners.filter(({ record }) => record !== undefined);
    const listed = (own.length > 0 ? own : owners).slice(0, MOST_LISTED).map(({ name }) => `qkv ${name}`);
    return `${ours === word ? word : `${word} is ${ours}, which`} is an option of ${listed.join(", ")}.`;
  }
  const begun = word.length > 3 ? names.filter((name) => name.startsWith(word)) : [];
  if (begun.length > 0) return `Did you mean ${begun.slice(0, MOST_LISTED).join(", ")}?`;
  const near = names.find((name) => isMistyped(word.slice(2).toLowerCase(), name.slice(2)));
  return near && `Did you mean ${near}?`;
}

/** What is meant by a letter that a command does not know. */
const MEANT_BY_LETTER: Readonly<Record<string, string>> = {
  "-q": "--quiet",
  "-k": "--key",
  "-v": "--value",
  "-f": "--format",
  "-j": "--json",
};

function hintForLetter(letter: string, command: Command, commands: readonly Command[]) {
  const meant = Object.hasOwn(MEANT_BY_LETTER, letter) ? MEANT_BY_LETTER[letter] : undefined;
  if (meant !== undefined && longNamesOf(command).includes(meant)) return `Did you mean ${meant}?`;
  if (letter.toLowerCase() === "-v") return "qkv --version shows the version.";
  return meant && hintForOption(meant, command, commands);
}

function hintForCommand(word: string, commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name);
  const near = suggestCommand(word, names);
  if (near) return `Did you mean qkv ${near}?`;
  return `The commands are ${names.join(", ")}; qkv help shows examples.`;
}
