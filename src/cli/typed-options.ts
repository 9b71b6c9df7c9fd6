import { INPUTS } from "../attention/inputs.js";
import { isNameOfAnswer } from "../attention/names.js";
import { type AnySettingTable, choicesOf } from "../attention/setting.js";
import { optionOf, refuse, resultOf, UserError } from "../errors.js";
import { memberNamed } from "../input/arrays/member-names.js";
import { formatOfFile } from "../render/formats/registry.js";
import { quoteWords } from "../runs/shell-quotes.js";
import { MEANINGS, type Meaning } from "./foreign-options.js";
import { FIRST_WORDS, isIn, meaningOf as meaningOfWord } from "./foreign-words.js";
import {
  isTruth,
  NO,
  optionOfValue,
  SETTINGS_BY_VALUE,
  type TypedValue,
  typedValue,
  wordAsOptions,
  wordsInList,
} from "./option-values.js";
import {
  attachedTo,
  bareWord,
  beforeDashes,
  type IsThere,
  isOption,
  lettersOf,
  nameOf,
  plainName,
  type Words,
  withLeadingBlank,
  wordsInBrackets,
} from "./option-words.js";
import { type CommandOption, optionsOfSetting } from "./options.js";

/**
 * The replacement of the first word, or of the first `wordCount` words. It is read again, because it may need another
 * replacement.
 */
interface WordReplacement {
  readonly words: Words;
  readonly wordCount: number;
  readonly note: string;
}

/** An option as it was typed last. */
interface Given {
  readonly long: string;
  readonly value: TypedValue["value"];
}

/**
 * Translates the words after the name of a command for commander, as this command understands them. Throws USAGE for an
 * option without its value.
 */
export function translateWords(typed: Words, settings: AnySettingTable, isThere: IsThere = () => true) {
  const waiting = [...beforeDashes(typed)];
  const behind = typed.slice(waiting.length);
  const words: string[] = [];
  const spelled: string[] = [];
  const notes: string[] = [];
  const options = new Map<string, Given>();
  // Whether an option takes all words up to the next option.
  let takesAll = false;
  let hasOperands = false;
  while (waiting.length > 0) {
    const [word] = waiting;
    const option = findOption(settings, word);
    if (isOption(word)) takesAll = false;
    // Answers follow --check: loss=0.5 is an answer, not a setting.
    const replacement =
      takesAll && !option ? undefined : replacementOf(waiting, words.length === 0, settings, isThere);
    if (replacement) {
      waiting.splice(0, replacement.wordCount, ...replacement.words);
      notes.push(replacement.note);
      continue;
    }
    // Numbers after a value belong to it, unless they are the only numbers that the command may mean.
    const takesNumbers = "query" in settings || hasOperands;
    const given = option && typedValue(option, waiting, settings, isThere, takesNumbers);
    const read = waiting.splice(0, given?.wordCount ?? wordsInBrackets(waiting));
    words.push(...read);
    if (option && given) {
      const { name, long } = option;
      const { value } = given;
      takesAll = option.value.includes("...");
      if (!takesAll) notes.push(...givenAgain(options.get(name), { long, value }));
      options.set(name, { long, value });
      spelled.push(...spelledOut(option, value, takesAll));
    } else {
      spelled.push(withLeadingBlank(read.join(" ")));
      hasOperands ||= !takesAll && !isOption(word);
    }
  }
  return {
    /** The words for commander: each option under its long name, with its value in the same word. */
    spelled: [...spelled, ...behind],
    /** The names of the settings whose options occur. */
    names: [...options.keys()],
    /** All words in order as they were typed, with the replacements of words of other programs. */
    words: [...words, ...behind],
    /** Notes about these replacements. */
    notes,
  };
}

/**
 * Returns a note about an option that is given again with another value: the last one counts. Throws USAGE if the names
 * differ, such as `--reaches` and `--uses`.
 */
function givenAgain(before: Given | undefined, { long, value }: Given): readonly string[] {
  // Of a text and yes or no, the last counts: `--no-color --color always`.
  if (typeof before?.value !== "string" || typeof value !== "string" || before.value === value) return [];
  if (before.long !== long)
    refuse(`${before.long} and ${long} ${value} contradict each other.`, "Leave one of them out.");
  return [changesNothing(quoteWords([long, before.value]), `${quoteWords([long, value])} comes after it`)];
}

/** Returns an option with its value in the form that commander reads in only one way. */
function spelledOut({ name }: CommandOption, value: TypedValue["value"], takesAll: boolean): Words {
  const long = optionOf(name);
  if (typeof value === "boolean") return [value ? long : `--no-${long.slice(2)}`];
  return takesAll ? [long, withLeadingBlank(value)] : [`${long}=${value}`];
}

/**
 * Returns the option of a command that a word begins with. Most options have the name of their setting, and are found
 * directly. Each option without a value also has a `--no-` form.
 */
export function findOption(settings: AnySettingTable, word: string): CommandOption | undefined {
  if (!word.startsWith("-")) return undefined;
  const name = nameOf(word);
  const off = name.startsWith("--no-") ? findOption(settings, `--${name.slice(5)}`) : undefined;
  if (off?.value === "") return { ...off, long: name };
  const key = name.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const keys = Object.hasOwn(settings, key) ? [key] : Object.keys(settings);
  return keys
    .flatMap((one) => optionsOfSetting(one, settings[one]))
    .find(({ names }) => names.includes(name));
}

/** Returns the option that a line such as `--plot none` begins with. */
export const optionOfLine = (line: string, settings: AnySettingTable) =>
  findOption(settings, line.split(" ")[0]);

/**
 * Returns the option here for an option of another program. Options of this command come before others. Returns
 * undefined if the name is unknown.
 */
export function meantOption(typed: string, settings: AnySettingTable = {}): string | undefined {
  const name = plainName(typed);
  const spelled = [`--${name}`, `--${name}s`].find((one) => findOption(settings, one));
  if (spelled) return spelled;
  const letters = name.replaceAll("-", "");
  const input = Object.entries(INPUTS).find(([, { aliases }]) =>
    aliases.some((alias) => alias.replaceAll("_", "") === letters),
  );
  const lines = MEANINGS.flatMap(({ names, value, equivalent = "$" }) =>
    value === undefined && !equivalent.includes("$") && isIn(names, name) ? [equivalent] : [],
  );
  const own = lines.find((line) => optionOfLine(line, settings));
  const ofInput = input && optionOf(input[0]);
  return own ?? lines[0] ?? optionOfValue(name, settings) ?? ofInput ?? optionOfFirstWord(name);
}

/** Returns the only option that a first word stands for: `--ffn` is what `qkv ffn` adds to its example. */
function optionOfFirstWord(name: string): string | undefined {
  const line = meaningOfWord(lettersOf(name), FIRST_WORDS) ?? "";
  // The names of steps are options by themselves (byItsName).
  return /^[a-z-]+ --demo (--(?!only )[a-z-]+(?: \w[\w-]*)?)$/.exec(line)?.[1];
}

/**
 * Returns the meaning of an option that the command does not have, or has with another meaning for this value. The
 * result also contains the value, and the number of words that both take.
 */
export function meaningOf([word, next, after]: Words, settings: AnySettingTable) {
  const name = plainName(word);
  const own = findOption(settings, word);
  const isOwn = own !== undefined;
  const attached = attachedTo(word);
  const isValue = attached === undefined && next !== undefined && !/^-(?!\d|$)/.test(next);
  const isSo = ({ names, value, needsSetting, idle, equivalent = "" }: Meaning) =>
    isIn(names, name) &&
    (!isOwn || (value !== undefined && idle === undefined)) &&
    (value === undefined || value.test((isValue ? next : attached) ?? "")) &&
    (needsSetting === undefined || Object.hasOwn(settings, needsSetting)) &&
    (!equivalent.startsWith("-") || optionOfLine(equivalent, settings) !== undefined);
  const other = isOwn ? undefined : meantOption(word, settings);
  const byName = isOwn ? undefined : byItsName(nameOf(word).slice(2), attached ?? isValue, settings);
  const found =
    MEANINGS.find(isSo) ??
    renamed(other && optionOfLine(other, settings) ? other : undefined) ??
    byItsValue(own, attached ?? next, settings) ??
    renamed(byName);
  if (!found) return undefined;
  const { equivalent = "", value } = found;
  const takesValue = value !== undefined || equivalent.includes("$&");
  // Several words, or none, have no place for a yes or no.
  const isLine = !takesValue && /^$| /.test(equivalent);
  const isBehind = takesValue ? isValue : isLine && attached === undefined && isTruth(next, after);
  return { ...found, takesValue, isLine, given: isBehind ? next : attached, wordCount: isBehind ? 2 : 1 };
}

/** Returns the meaning of an option that only has another name here. */
const renamed = (equivalent: string | undefined): Meaning | undefined =>
  equivalent === undefined ? undefined : { names: "", equivalent };

/**
 * Returns the meaning of an option by its value, if the value is a known name: `--style neox` is `--pairs half-split`,
 * and `--mode causal` is `--causal`. An option of this command must refuse the value: `-o torch` is `--emit torch`.
 */
function byItsValue(
  own: CommandOption | undefined,
  value = "",
  settings: AnySettingTable,
): Meaning | undefined {
  if (!/^[a-z][a-z-]+$/i.test(value) || (own && !isRefused(own, value, settings))) return undefined;
  const equivalent = meantOption(`--${value}`, settings);
  const option = equivalent && optionOfLine(equivalent, settings);
  if (!option || !SETTINGS_BY_VALUE.includes(option.name)) return undefined;
  const known = MEANINGS.find((one) => one.equivalent === equivalent && isIn(one.names, value));
  return { ...known, names: "", value: ALL, equivalent };
}

const ALL = /^/;

/** Whether an option with names as its values does not have this one. */
const isRefused = ({ name }: CommandOption, value: string, settings: AnySettingTable) =>
  SETTINGS_BY_VALUE.includes(name) &&
  choicesOf(settings[name]).length > 0 &&
  resultOf(() => settings[name].parse(value)) instanceof UserError;

/**
 * Returns what a name means that is no option. A value beside the arrays of a dump: `--cache-seqlens 37` is
 * `--beside cache-seqlens=37`. An answer: `--lse lse.npy` is `--check lse=lse.npy`. A step without a value: `--weights`
 * is `--only weights`.
 */
function byItsName(name: string, hasValue: string | boolean, settings: AnySettingTable) {
  if (hasValue && "beside" in settings && memberNamed(name)) return `--beside ${name}=$&`;
  const step = name.replace(/^(?:only|show|print)-|-only$/, "");
  if (!("check" in settings) || !isNameOfAnswer(step)) return undefined;
  if (hasValue && step === name) return `--check ${name}=$&`;
  // A single letter is not clear enough.
  return step.length < 2 ? undefined : `--only ${step}`;
}

/** Returns the replacement of a word that means something else here, or undefined if the word stays. */
function replacementOf(
  words: Words,
  isFirst: boolean,
  settings: AnySettingTable,
  isThere: IsThere,
): WordReplacement | undefined {
  const [word] = words;
  const as = (replacement: Words, wordCount = 1) => readAs(words.slice(0, wordCount), replacement);
  const dashed = word.replace(ONE_DASH, "--");
  if (dashed !== word && findOption(settings, dashed) && !isThere(word)) return as([dashed]);
  if (isOption(word)) {
    const found = meaningOf(words, settings);
    return found && replacementFor(found, words, isThere);
  }
  if (word.startsWith("-") || isThere(word)) return undefined;
  const bare = bareWord(word);
  if (bare !== word && isThere(bare)) return as([bare]);
  const [, format] = /^(?:in|as|to)$/.test(word) ? words : [];
  const asFormat = format && optionOfValue(format, settings);
  if (asFormat) return as(asFormat.split(" "), 2);
  // 5, or 5 problems.
  if ("count" in settings && /^\d+$/.test(word))
    return as(["--count", word], meantOption(`--${words[1]}`, settings) === "--count" ? 2 : 1);
  const replacement = asKeyword(word, settings, isThere) ?? wordAsOptions(words, isFirst, settings);
  // A text without quotes is several words.
  const option = replacement?.[1] === word ? findOption(settings, replacement[0]) : undefined;
  const count = option ? wordsInList(option, words, isThere, false) : 1;
  return replacement && as([...replacement, ...words.slice(1, count)], count);
}

/** The dash before a name that has only one, or the long dash of a text. */
const ONE_DASH = /^(?:[‒–—―−]-?|-)(?=[a-z][\w-]*)/iu;

/** Returns the replacement of an option of another program, or undefined if its value is missing. */
function replacementFor(
  meaning: NonNullable<ReturnType<typeof meaningOf>>,
  words: Words,
  isThere: IsThere,
): WordReplacement | undefined {
  const { value, equivalent, idle, also, takesValue, isLine, given, wordCount } = meaning;
  const [word, next = ""] = words;
  const typed = words.slice(0, wordCount);
  const without = (because: string) => {
    return { words: [], wordCount, note: changesNothing(quoteWords(typed), because) };
  };
  if (idle !== undefined) return without(idle);
  if (equivalent === undefined || (takesValue && !given)) return undefined;
  if (takesValue) {
    const parts = value?.exec(given ?? "") ?? [];
    const valueFor = (_: string, at: string) => (at === "&" ? given : parts[Number(at)]) ?? "";
    // Part by part, because a value may contain blanks.
    const replacement = equivalent.split(" ").map((part) => part.replaceAll(/\$([&\d])/g, valueFor));
    return readAs(typed, replacement, also);
  }
  // For example --html page.html, if that page does not exist yet.
  if (equivalent.startsWith("-o ") && equivalent.slice(3) === formatOfFile(next) && !isThere(next))
    return readAs([word, next], ["-o", next]);
  const note = noteOf(nameOf(word), equivalent, also);
  if (isLine && NO.test(given ?? "")) return without(`${equivalent} is off unless it is given`);
  const withValue = given === undefined ? equivalent : `${equivalent}=${given}`;
  return { words: isLine ? equivalent.split(" ") : [withValue], wordCount, note };
}

/** Returns the replacement of words that are read as others. */
const readAs = (typed: Words, words: Words, also?: string): WordReplacement => {
  return { words, wordCount: typed.length, note: noteOf(quoteWords(typed), quoteWords(words), also) };
};

const noteOf = (typed: string, replacement: string, also?: string) =>
  `${typed} is read as ${replacement}${also === undefined ? "" : `. ${also}`}`;
const changesNothing = (word: string, because: string) => `${word} changes nothing here: ${because}`;

/**
 * Returns the option for a setting as Python writes it: `heads=2` is `--heads=2`. A flag's name alone is enough:
 * `demo`. Matrices and answers are excluded, because they have their own names.
 */
function asKeyword(word: string, settings: AnySettingTable, isThere: IsThere) {
  const [, name, value] = /^([a-z][\w-]*)(=.+)?$/i.exec(word) ?? [];
  if (name === undefined || isNameOfAnswer(name)) return undefined;
  const typed = `--${word}`;
  if (value === undefined) return findOption(settings, typed)?.value === "" ? [typed] : undefined;
  const spelled = findOption(settings, typed)
    ? [typed]
    : replacementOf([typed], false, settings, isThere)?.words;
  const option = findOption(settings, spelled?.[0] ?? "");
  return option?.long.startsWith("--") && !Object.hasOwn(INPUTS, option.name) ? spelled : undefined;
}
