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
import { attachedTo, type IsThere, isOption, nameOf, plainName, type Words } from "./option-words.js";
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
  const { equivalent, also } = meaningOf(words.slice(words.indexOf(typed)), settings) ?? {};
  const lineWithout = lineOfKnown(words, command, isThere);
  // Only its value is missing.
  const renamed =
    equivalent?.startsWith("-") && `Here it is ${equivalent.split(" ")[0]}, which needs a value.`;
  const instead = also && `Say ${lineWithout}. ${also}.`;
  // `--mask-value` is about masks.
  const topic = plainName(typed).split("-").map(topicNamed).find(Boolean);
  const more = topic
    ? `qkv help ${topic} shows the options about this: ${TOPICS[topic].summary}.`
    : `qkv ${name} -h shows the everyday options, qkv help lists the topics.`;
  const hint =
    (/^-v$/i.test(typed) && FORMER_LETTERS["-v"]) ||
    renamed ||
    instead ||
    (await hintForOption(typed, command, words, isThere)) ||
    `Without it: ${lineWithout}. ${more}`;
  return new UserError("USAGE", `unknown option '${typed}'.`, hint);
}

/**
 * Returns a line that works: without the options that the command does not have, and their values. It runs the built-in
 * example if nothing is left. `kept` is an option of another program that stays.
 */
function lineOfKnown(words: Words, { name, settings }: Command, isThere: IsThere, kept?: string) {
  const isUnknown = (word = "") => isOption(word) && word !== kept && !findOption(settings, word);
  // A file behind an option is its value if a file stands before it.
  const isValue = (word: string, at: number) =>
    !isOption(word) &&
    isUnknown(words[at - 1]) &&
    !words[at - 1].includes("=") &&
    !(isThere(word) && !words.slice(0, at).some(isThere));
  const known = words.filter((word, at) => !isUnknown(word) && !isValue(word, at));
  return lineOf(name, known.length === 0 && "demo" in settings ? ["--demo"] : known);
}

/** Returns a command line with the quotes of a shell. */
const lineOf = (name: string, words: Words) => quoteWords(["qkv", name, ...words]);

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

/** The maximum number of commands or lines in a hint. */
const MAX_LISTED = 4;

/**
 * Returns a hint with a command that has this option, else with names that begin with it, here or in another program,
 * else with a name of similar spelling. The hint is a whole line for each of them.
 */
async function hintForOption(typed: string, command: Command, words: Words, isThere: IsThere) {
  const { settings } = command;
  const names = longNamesOf(command);
  const word = nameOf(typed);
  if (names.includes(word)) return `${word} takes no value: write it alone.`;
  const owned = hintOfOwners(word, await loadCommands(), command.record ? words : []);
  if (owned !== undefined) return owned;
  const others = MEANINGS.flatMap(({ names }) => names.split(" "));
  const known = [...names.map(plainName), ...others, ...wordsAlone(settings)];
  const meaning = (name: string) => meantOption(`--${name}`, settings) ?? "";
  const plain = plainName(typed);
  const at = words.indexOf(typed);
  const given = attachedTo(typed) ?? words.slice(at + 1, at + 2).find((one) => !isOption(one));
  const alike = (isAlike: (name: string) => boolean) =>
    known.filter((name) => isAlike(name) && takes(meaning(name), given, settings));
  // A letter is the beginning of too many names.
  if (plain.length < 3) return undefined;
  const begun = alike((name) => name.startsWith(plain));
  const meant = begun.length > 0 ? begun : alike((name) => isMistyped(plain, name)).slice(0, 1);
  const lines = meant
    .filter((name, at) => meant.findIndex((one) => meaning(one) === meaning(name)) === at)
    .slice(0, MAX_LISTED)
    .map((name) => typed.replace(word, `--${name}`))
    .map((option) => lineOfKnown(words.with(at, option), command, isThere, option));
  return lines.length > 0 ? `Did you mean ${lines.join(" or ")}?` : undefined;
}

/** Whether the option of a line exists, and has a typed value among its own. */
function takes(line: string, given: string | undefined, settings: AnySettingTable): boolean {
  const option = optionOfLine(line, settings);
  if (!option || option.value === "" || given === undefined || line.includes(" "))
    return option !== undefined;
  const { unfold, parse } = settings[option.name];
  return unfold !== undefined || !(resultOf(() => parse(given)) instanceof UserError);
}

/**
 * Returns a hint with the commands that have an option, by its name here. If one of them has all options of the line,
 * the hint contains the line with that command.
 */
function hintOfOwners(word: string, commands: readonly Command[], words: Words) {
  const ownersOf = (name: string) => commands.filter((other) => longNamesOf(other).includes(name));
  const meant = ownersOf(word).length > 0 ? word : (meantOption(word) ?? word);
  const [ours] = meant.split(" ");
  const owners = ownersOf(ours);
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
  // The letter before it may have been meant as another option.
  const isWrong = (value = "") => (code === "MISSING_INPUT" ? /[a-z]/i.test(value) : value === source);
  const hints = [
    code === "FILE_UNREADABLE" && (nearFile(source, io) ?? (await meantByWord(source, line, io))),
    details.hint,
    code === "MISSING_INPUT" && howToBegin(line),
    ...line.typed.map(
      (word, at) => isWrong(attachedTo(word) ?? line.typed[at + 1]) && FORMER_LETTERS[nameOf(word)],
    ),
  ];
  const hint = hints.filter(Boolean).join(" ");
  return hint === "" ? error : error.with({ hint });
}

/** Returns a line that works, if the command line names no input. */
function howToBegin(line: CommandLine) {
  const { command, words, typed, values } = line;
  const { name, settings } = command;
  const isGiven = Object.keys(values).some(
    (one) => settings[one].value === "<matrix>" || one === "demo" || one === "random",
  );
  const [word = "", another] = words;
  if (!isGiven && another === undefined && /\.(?:csv|tsv|txt|npy)$/i.test(word))
    return "x" in settings
      ? `${lineInstead(line, word, ["--x", word])} takes query, key and value from it.`
      : undefined;
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
async function meantByWord(word: string | undefined, line: CommandLine, { files }: Io) {
  const { command, words } = line;
  const { name, settings } = command;
  if (word === undefined || !words.includes(word) || files.listFolder?.(word)) return undefined;
  const { systemNames } = await import("../systems/registry.js");
  // A checkpoint on a hub is named after its system: bert-base-uncased, openai-community/gpt2.
  const model = word.toLowerCase().split("/").at(-1);
  const system = systemNames().find((one) => model === one || model?.startsWith(`${one}-`));
  if (Object.hasOwn(settings, "preset") && system !== undefined)
    return `With drawn weights: qkv ${name} --preset ${system} --random.`;
  if ("only" in settings && word.length > 1 && isNameOfAnswer(word))
    return `Did you mean ${lineInstead(line, word, ["--only", word])}?`;
  const isTalk = /^\p{L}+$/u.test(word) && words.some((one) => isThere(one, files) || isBareNumber(one));
  return isTalk ? `Did you mean ${lineInstead(line, word, [])}?` : undefined;
}

/** Returns the line that was typed, with other words instead of one. */
const lineInstead = ({ command, typed }: CommandLine, word: string, instead: Words) =>
  lineOf(
    command.name,
    typed.flatMap((one) => (one === word ? instead : one)),
  );
