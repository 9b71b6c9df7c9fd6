import { isNameOfAnswer } from "../attention/names.js";
import { type AnySettingTable, choicesOf } from "../attention/setting.js";
import type { Command } from "../commands/command.js";
import { COMMAND_NAMES, loadCommands } from "../commands/registry.js";
import { loadSpecs } from "../commands/specs.js";
import { optionOf, resultOf, UserError } from "../errors.js";
import { hintForModel } from "../input/folder.js";
import { isModel } from "../input/model/model-files.js";
import { isThere } from "../input/open.js";
import type { Io } from "../runs/io.js";
import { isBareNumber } from "../runs/read/read-request.js";
import { quoteWords } from "../runs/shell-quotes.js";
import { nearest } from "../suggestion.js";
import { hintForWord, isMistyped } from "./command-suggestion.js";
import { MEANINGS } from "./foreign-options.js";
import { FORMER_LETTERS, wordsAlone } from "./option-values.js";
import { type IsThere, nameOf, plainName, type Words } from "./option-words.js";
import { type CommandLine, longNamesOf } from "./options.js";
import { TOPICS, topicNamed } from "./topics/registry.js";
import { findOption, meaningOf, meantOption, optionOfLine } from "./typed-options.js";

// What to type instead of a command line with an error. It is loaded only then.

/**
 * Returns the error for an option that the command does not have. Its hint names the option that was meant, or its
 * topic.
 */
export async function unknownOption(
  typed: string,
  command: Command,
  words: Words,
  isThere: IsThere,
): Promise<UserError> {
  const { name, settings } = command;
  const at = words.indexOf(typed);
  /** The line without the option and its value, which are this many words. */
  const lineWithout = (wordCount: number) => lineOf(name, orDemo(words.toSpliced(at, wordCount), settings));
  const { equivalent, also, wordCount = 0 } = meaningOf(words.slice(at), settings) ?? {};
  const former = /^-v$/i.test(typed) && FORMER_LETTERS["-v"];
  // Only its value is missing.
  const renamed =
    equivalent?.startsWith("-") && `Here it is ${equivalent.split(" ")[0]}, which needs a value.`;
  const instead = also && `Say ${lineWithout(wordCount)}. ${also}.`;
  const { [at + 1]: next = "-" } = words;
  // A file behind it is its value if a file stands before it.
  const isValue = !next.startsWith("-") && (!isThere(next) || words.slice(0, at).some(isThere));
  const hint =
    (former || renamed || instead || undefined) ??
    hintForOption(typed, command, await loadCommands(), words) ??
    hintOfTopic(typed) ??
    `Without it: ${lineWithout(isValue ? 2 : 1)}. qkv ${name} -h shows the everyday options, qkv help lists the topics.`;
  return new UserError("USAGE", `unknown option '${typed}'.`, hint);
}

/** Returns the words of a line that works: the built-in example if there are none. */
const orDemo = (words: Words, settings: AnySettingTable) =>
  words.length === 0 && "demo" in settings ? ["--demo"] : words;

/** Returns a command line with the quotes of a shell. */
const lineOf = (name: string, words: Words) => quoteWords(["qkv", name, ...words]);

/** Returns a hint with the topic that a word of the option names: `--mask-value` is about masks. */
function hintOfTopic(typed: string) {
  const words = plainName(typed).split("-");
  const topic = words.map(topicNamed).find((found) => found !== undefined);
  return topic && `qkv help ${topic} shows the options about this: ${TOPICS[topic].summary}.`;
}

/** Returns the error for a first word that is no command. `behind` are the words after it. */
export async function unknownCommand(word: string, behind: Words, isThere: IsThere): Promise<UserError> {
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
function hintForOption(typed: string, command: Command, commands: readonly Command[], words: Words) {
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
    .filter((ours) => optionOfLine(ours, settings));

/**
 * Returns a hint with the commands that have an option, by its name here. If one of them has all options of the line,
 * the hint contains the line with that command.
 */
function hintOfOwners(word: string, commands: readonly Command[], words: Words = []) {
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

/**
 * Adds a hint to an error: how to begin if nothing was given, or a file with a similar name. For an input that the
 * command does not take, the hint names the commands that take it.
 */
export async function withWhatToType(error: UserError, line: CommandLine, io: Io): Promise<UserError> {
  const { code, details } = error;
  const { unaccepted } = details;
  if (unaccepted !== undefined) {
    const takers = (await loadSpecs()).filter(({ inputs }) => inputs.some((name) => name === unaccepted));
    const names = takers.map(({ name }) => `qkv ${name}`).join(" or ");
    return error.with({ hint: `${unaccepted} is for ${names}: use that command.` });
  }
  const source = details.location?.source;
  // None of its tensors is named like an input.
  if (source !== undefined && code === "UNKNOWN_KEY" && resultOf(() => isModel(source, io.files)) === true)
    return error.with({ hint: hintForModel(source) });
  const hints = [
    code === "FILE_UNREADABLE" && (nearFile(source, io) ?? (await meantByWord(source, line, io))),
    details.hint,
    code === "MISSING_INPUT" && howToBegin(line),
    (code === "MISSING_INPUT" || isBehindQuery(source, line)) &&
      line.typed.includes("-q") &&
      FORMER_LETTERS["-q"],
  ];
  const hint = hints.filter(Boolean).join(" ");
  return hint === "" ? error : error.with({ hint });
}

/** Whether an error is about the value of `-q`, which may have been meant as `--quiet`. */
const isBehindQuery = (source: string | undefined, { typed }: CommandLine) =>
  source === "--query" || (source !== undefined && source === typed[typed.indexOf("-q") + 1]);

/** Returns a line that works, if the command line names no input. */
function howToBegin({ command: { name, settings }, words, typed, values }: CommandLine) {
  const isGiven = Object.keys(values).some(
    (one) => settings[one].value === "<matrix>" || one === "demo" || one === "random",
  );
  if (isGiven || words.length > 0 || !Object.hasOwn(settings, "demo")) return undefined;
  return values.preset === undefined
    ? `${lineOf(name, [...typed, "--demo"])} runs an example.`
    : `Add --random to draw them: qkv ${name} --preset ${values.preset} --random.`;
}

/** Returns a file in the same folder with a similar name. */
function nearFile(path: string | undefined, { files }: Io) {
  const [, folder = "", name] = /^(.*[\\/])?([^\\/]+)$/.exec(path ?? "") ?? [];
  if (path === undefined || name === undefined || isThere(path, files)) return undefined;
  const names = (files.listFolder?.(folder || ".") ?? []).filter((one) => one !== name);
  const isSame = (one: string) => [one, one.replace(/\.\w+$/, "")].includes(name.toLowerCase());
  const near = names.find((one) => isSame(one.toLowerCase())) ?? nearest(name, names);
  return near && `Did you mean ${folder}${near}?`;
}

/**
 * Suggests a line for a word that is no file. If it names a system, the line uses the system. If it is one of several
 * words, the line leaves it out.
 */
async function meantByWord(
  word: string | undefined,
  { command: { name, settings }, words, typed }: CommandLine,
  { files }: Io,
) {
  if (word === undefined || !words.includes(word) || files.listFolder?.(word)) return undefined;
  const { systemNames } = await import("../systems/registry.js");
  if (Object.hasOwn(settings, "preset") && systemNames().includes(word))
    return `With drawn weights: qkv ${name} --preset ${word} --random.`;
  const asStep = typed.flatMap((one) => (one === word ? ["--only", one] : [one]));
  if ("only" in settings && word.length > 1 && isNameOfAnswer(word))
    return `Did you mean ${lineOf(name, asStep)}?`;
  const rest = typed.filter((one) => one !== word);
  const isTalk = /^\p{L}+$/u.test(word) && words.some((one) => isThere(one, files) || isBareNumber(one));
  return isTalk ? `Did you mean ${lineOf(name, rest)}?` : undefined;
}
