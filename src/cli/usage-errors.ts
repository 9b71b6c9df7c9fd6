import { choicesOf } from "../attention/setting.js";
import type { Command } from "../commands/command.js";
import { COMMAND_NAMES, loadCommands } from "../commands/registry.js";
import { UserError } from "../errors.js";
import { isBareNumber } from "../runs/read/read-request.js";
import { quoteWords } from "../runs/shell-quotes.js";
import { optionOf } from "../setting-names.js";
import { hintForWord, isMistyped } from "./command-suggestion.js";
import { MEANINGS } from "./foreign-options.js";
import { FORMER_LETTERS } from "./option-values.js";
import { type IsThere, nameOf, plainName } from "./option-words.js";
import { longNamesOf } from "./options.js";
import { TOPICS, topicNamed } from "./topics/registry.js";
import { findOption, meaningOf, meantOption } from "./typed-options.js";
import { wordsAlone } from "./words-as-options.js";

/**
 * Returns the error for an option that the command does not have. Its hint names the option that was meant, or its
 * topic.
 */
export async function unknownOption(
  typed: string,
  command: Command,
  words: readonly string[],
  isThere: IsThere,
): Promise<UserError> {
  const commands = await loadCommands();
  const hint =
    (/^-v$/i.test(typed) ? FORMER_LETTERS["-v"] : undefined) ??
    correction(typed, command, words) ??
    hintForOption(typed, command, commands, words) ??
    hintOfTopic(typed) ??
    `Without it: ${lineWithout(typed, 1 + valuesBehind(typed, words, isThere), command, words)}. qkv ${command.name} -h shows the everyday options, qkv help lists the topics.`;
  return new UserError("USAGE", `unknown option '${typed}'.`, hint);
}

/**
 * Returns the line without an option that qkv has nothing for. If the option only lacks its value, returns its name
 * here.
 */
function correction(typed: string, command: Command, words: readonly string[]) {
  const { equivalent, also, wordCount } = meaningOf(words.slice(words.indexOf(typed)), command.settings) ?? {
    wordCount: 0,
  };
  if (equivalent?.startsWith("-")) return `Here it is ${equivalent.split(" ")[0]}, which needs a value.`;
  return also && `Say ${lineWithout(typed, wordCount, command, words)}. ${also}.`;
}

/** Returns the line without an option and its value, which are this many words. */
function lineWithout(
  typed: string,
  wordCount: number,
  { name, settings }: Command,
  words: readonly string[],
) {
  const at = words.indexOf(typed);
  const rest = words.toSpliced(at, wordCount);
  const isLine = rest.length > 0 || !Object.hasOwn(settings, "demo");
  return lineOf(name, isLine ? rest : ["--demo"]);
}

/** Returns 1 if the word behind an unknown option may be its value: no option, and no file. */
function valuesBehind(typed: string, words: readonly string[], isThere: IsThere) {
  const [next = "-"] = words.slice(words.indexOf(typed) + 1);
  return next.startsWith("-") || isThere(next) ? 0 : 1;
}

/** Returns a command line with the quotes of a shell. */
export const lineOf = (name: string, words: readonly string[]) => quoteWords(["qkv", name, ...words]);

/** Returns a hint with the topic that a word of the option names: `--mask-value` is about masks. */
function hintOfTopic(typed: string) {
  const words = plainName(typed).split("-");
  const topic = words.map(topicNamed).find((found) => found !== undefined);
  return topic && `qkv help ${topic} shows the options about this: ${TOPICS[topic].summary}.`;
}

/** Returns the error for a first word that is no command. `behind` are the words after it. */
export async function unknownCommand(
  word: string,
  behind: readonly string[],
  isThere: IsThere,
): Promise<UserError> {
  const kind = word.startsWith("-") ? "option" : "command";
  // The word may be a whole sentence in quotes.
  const [first, ...others] = /^\p{L}/u.test(word) ? word.split(/\s+/) : [word];
  return new UserError(
    "USAGE",
    `unknown ${kind} '${word}'.`,
    hintForWord(first, [...others, ...behind], isThere) ??
      (await hintForValue(word)) ??
      `The commands are ${COMMAND_NAMES.join(", ")}; qkv help shows examples.`,
  );
}

/** Suggests a line for a word that is a value of an option: `gelu` is `qkv layer --demo --activation gelu`. */
async function hintForValue(word: string) {
  for (const { name, settings } of await loadCommands()) {
    const own = Object.keys(settings).find((key) => choicesOf(settings[key]).includes(word));
    if (own && Object.hasOwn(settings, "demo"))
      return `Did you mean ${lineOf(name, ["--demo", optionOf(own), word])}?`;
  }
  return undefined;
}

/** The maximum number of commands or options in a hint. */
const MAX_LISTED = 4;

/**
 * Returns a hint with a command that has this option, else with options that begin with it, else with options of
 * similar spelling.
 */
function hintForOption(
  typed: string,
  command: Command,
  commands: readonly Command[],
  words: readonly string[],
) {
  const names = longNamesOf(command);
  const word = nameOf(typed);
  if (names.includes(word)) return `${word} takes no value: write it alone.`;
  const owned = hintOfOwners(word, commands, command.record ? words : []);
  if (owned !== undefined) return owned;
  const begun = word.length > 3 ? names.filter((name) => name.startsWith(word)) : [];
  const near = names.filter((name) => isMistyped(word.slice(2).toLowerCase(), name.slice(2)));
  const meant =
    begun.length > 0 ? begun.slice(0, MAX_LISTED) : [...near, ...nearOthers(typed, command)].slice(0, 1);
  return meant.length > 0 ? `Did you mean ${meant.join(", ")}?` : undefined;
}

/** Returns the options here for an option of another program with a similar spelling: `-o html` for `--htlm`. */
const nearOthers = (typed: string, { settings }: Command) =>
  [...MEANINGS.flatMap(({ names }) => names.split(" ")), ...wordsAlone(settings)]
    .filter((word) => isMistyped(plainName(typed), word))
    .flatMap((word) => meantOption(`--${word}`, settings) ?? [])
    .filter((ours) => findOption(settings, ours.split(" ")[0]));

/**
 * Returns a hint with the commands that have an option, by its name here. If one of them has all options of the line,
 * the hint contains the line with that command.
 */
function hintOfOwners(word: string, commands: readonly Command[], words: readonly string[] = []) {
  const meant = meantOption(word) ?? word;
  const [ours] = meant.split(" ");
  const owners = commands.filter((other) => longNamesOf(other).includes(ours));
  if (owners.length === 0) return undefined;
  // The command that marks a class takes the options of every problem, so it is listed only if there is no other.
  const recording = owners.filter(({ record }) => record !== undefined);
  const listed = (recording.length > 0 ? recording : owners)
    .slice(0, MAX_LISTED)
    .map(({ name }) => `qkv ${name}`);
  const isMeant = (one: string) => one === word || one.startsWith(`${word}=`);
  // An option that lacks its value gets an example of one.
  const [{ settings }] = owners;
  const option = findOption(settings, ours);
  const examples = option ? choicesOf(settings[option.name]).slice(0, 1) : [];
  const renamed = words.flatMap((one, at) => {
    if (!isMeant(one)) return one;
    const isAlone = one === word && ours === meant && (words[at + 1] ?? "-").startsWith("-");
    return [...one.replace(word, meant).split(" "), ...(isAlone ? examples : [])];
  });
  const takesAll = ({ settings }: Command) =>
    renamed.every((one) => !one.startsWith("--") || findOption(settings, one) !== undefined);
  // Numbers may mean something else to another command, unless they are the value of an option.
  const isSafe = renamed.every(
    (one, at) => !(/\s/.test(one) || isBareNumber(one)) || renamed[at - 1]?.startsWith("-"),
  );
  const other = isSafe && words.some(isMeant) ? recording.find(takesAll) : undefined;
  const line = other && `: ${lineOf(other.name, renamed)}`;
  return `${meant === word ? word : `${word} is ${meant}, which`} is an option of ${listed.join(", ")}${line ?? "."}`;
}
