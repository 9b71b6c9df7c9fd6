import { isNameOfAnswer } from "../attention/names.js";
import { type AnySettingTable, choicesOf, type Setting } from "../attention/setting.js";
import { STEPS } from "../attention/steps.js";
import { optionOf, refuse } from "../errors.js";
import { upTo } from "../math/lists.js";
import { isBareNumber } from "../runs/read/read-request.js";
import { attachedTo, type IsThere, type Words, wordsInBrackets } from "./option-words.js";
import type { CommandOption } from "./options.js";

// Reads the values of options: yes or no, one word, or several words in a row; and words that are values of an option
// without its name.

const TRUTH = /^(?:true|false|yes|no|on|off|[01])$/i;
export const NO = /^(?:false|no|off|0)$/i;

/** Whether a word after a flag says yes or no, as in Python. A 0 or 1 before other numbers is a score. */
export const isTruth = (word = "", after = "") =>
  TRUTH.test(word) && !(/\d/.test(word) && /^[\d.]/.test(after));

/** An option's value as it was typed, and the number of words of both. */
export interface TypedValue {
  readonly value: string | boolean;
  readonly wordCount: number;
}

/**
 * Returns the value of an option. Another option is never taken as the value, and `--header` alone is `--header yes`.
 * Returns undefined if the option takes no value, but has one.
 */
export function typedValue(
  option: CommandOption,
  words: Words,
  settings: AnySettingTable,
  isThere: IsThere,
  takesNumbers: boolean,
): TypedValue | undefined {
  const { name, value } = option;
  if (value === "") return typedTruth(option, words);
  const [word, ...behind] = words;
  const attached = attachedTo(word);
  if (value.startsWith("[")) return { value: attached ?? true, wordCount: 1 };
  const alone = attached === undefined ? valueAlone(option, words, settings[name]) : undefined;
  if (alone !== undefined) return { value: alone, wordCount: 1 };
  const given = attached === undefined ? behind : [attached, ...behind];
  const inBrackets = wordsInBrackets(given);
  const inList = attached === undefined ? wordsInList(option, given, isThere, takesNumbers) : 1;
  const count = Math.max(inBrackets, inList);
  return {
    value: given
      .slice(0, count)
      .flatMap((one) => (/^<(?:matrix|list)>$/.test(value) ? writtenOut(one) : one))
      .join(inBrackets > 1 || BLANKS_BETWEEN.includes(value) ? " " : ","),
    wordCount: count + (attached === undefined ? 1 : 0),
  };
}

function typedTruth({ long }: CommandOption, [word, next, after]: Words): TypedValue | undefined {
  const attached = attachedTo(word);
  const isBehind = attached === undefined && isTruth(next, after);
  const truth = isBehind ? next : (attached ?? "true");
  const isOn = !NO.test(truth) !== long.startsWith("--no-");
  return TRUTH.test(truth) ? { value: isOn, wordCount: isBehind ? 2 : 1 } : undefined;
}

/**
 * Returns what an option means that is typed without a value. Returns undefined if the next word is its value. Throws
 * USAGE if it needs one.
 */
function valueAlone(
  { long, flags, help }: CommandOption,
  [word, next]: Words,
  setting: Setting<unknown>,
): string | undefined {
  const { withoutValue } = setting;
  const isMissing = next === undefined || /^(?:--[a-z]|-[hkoqv]$)/.test(next);
  if (withoutValue && (isMissing || withoutValue.unless?.includes(next) === false)) return withoutValue.means;
  if (!isMissing) return undefined;
  const found = next === undefined ? "" : `; found ${next}`;
  const [choice] = choicesOf(setting);
  const example = choice === undefined ? "" : ` For example ${long} ${choice}.`;
  const former = FORMER_LETTERS[word] ?? "";
  return refuse(`${long} needs a value${found}.`, `${flags}: ${help}.${example} ${former}`.trim());
}

/**
 * Returns how many words are one value, as in argparse: --window-size 128 0, --steps weights output, --query 1 0.
 * A text goes on up to the next file or option.
 */
export function wordsInList(
  { name, value }: CommandOption,
  words: Words,
  isThere: IsThere,
  takesNumbers: boolean,
): number {
  const goesOn = name === "window" ? isWhole : LISTS[value];
  if (!goesOn?.(words[0]) || (value === "<matrix>" && !takesNumbers)) return 1;
  const most = name === "window" ? words.slice(0, 2) : words;
  const end = most.findIndex((word, at) => at > 0 && (!goesOn(word) || isThere(word)));
  return end < 0 ? most.length : end;
}

/** Writes out a range of whole numbers, as a shell does: 0..3 is 0 1 2 3. */
function writtenOut(word: string): Words {
  const [, first, last] = /^(\d{1,4})\.\.(\d{1,4})$/.exec(word) ?? [];
  return first === undefined ? [word] : upTo(Number(last) + 1, Number(first)).map(String);
}

const isWhole = (word: string) => /^-?\d+$/.test(word);
const isStep = (word: string) => /^\p{L}/u.test(word) && (isNameOfAnswer(word) || Object.hasOwn(STEPS, word));

/** Values whose words have blanks between them. Others have commas. */
const BLANKS_BETWEEN: readonly string[] = ["<matrix>", "<text>", "<cell>"];

/** Which words continue a list, by the name of its value. */
const LISTS: Readonly<Partial<Record<string, (word: string) => boolean>>> = {
  "<matrix>": isBareNumber,
  "<list>": isWhole,
  "<ids>": isStep,
  "<steps>": isStep,
  "<cell>": (word) => isWhole(word) || isStep(word),
  "<text>": (word) => /^\p{L}[\p{L}\p{P}]*$/u.test(word) && !/[/\\]/.test(word),
  "<names>": (word) => /^\p{L}[\p{L}'’-]*$/u.test(word),
};

/** The former meanings of two letters, which now name matrices. */
export const FORMER_LETTERS: Readonly<Record<string, string>> = {
  "-q": "To hide notes, use --quiet.",
  "-v": "-v is --value: qkv --version shows the version, --verbose how input was read.",
};

/** Settings whose value, or their own name, people write without the name of the setting, or after another name. */
export const SETTINGS_BY_VALUE: readonly string[] = [
  "kind",
  "scoring",
  "scorings",
  "pairs",
  "format",
  "emit",
  "causal",
];

export const wordsAlone = (settings: AnySettingTable) =>
  SETTINGS_BY_VALUE.flatMap((name) => (name in settings ? choicesOf(settings[name]) : []));

/** Returns the option of a value that was written alone: `csv` is `-o csv`. */
export function optionOfValue(word: string, settings: AnySettingTable): string | undefined {
  const name = SETTINGS_BY_VALUE.find((one) => one in settings && choicesOf(settings[one]).includes(word));
  return name && `${name === "format" ? "-o" : optionOf(name)} ${word}`;
}

/** A text of words that can be neither numbers nor files. */
const SENTENCE = /^\p{L}+[,.!?]?(?: \p{L}+(?:['’-]\p{L}+)*[,.!?]?)+$/u;

/**
 * Returns the options that are meant by a word that is no file: `posenc rope` is `--kind rope`, and `weights` after a file is `--only weights`. A text after a model is its `--text`.
 */
export function wordAsOptions(
  [word, next = "-"]: Words,
  isFirst: boolean,
  settings: AnySettingTable,
): Words | undefined {
  // A text follows the folder of a model.
  if ("textFile" in settings && (isFirst ? /^[^\\/]*\s[^\\/]*$/ : /^[^\\/]*$/).test(word))
    return ["--text", word];
  // For a sentence alone, the numbers of its words are drawn.
  if (isFirst && "keyTokens" in settings && "random" in settings && SENTENCE.test(word))
    return ["--tokens", word, "--random"];
  // As the first word, a step begins a cell: qkv explain weights 0 1 p.json.
  const isStep = !isFirst && "only" in settings && next.startsWith("-") && word.length > 1;
  return isStep && isNameOfAnswer(word) ? ["--only", word] : optionOfValue(word, settings)?.split(" ");
}
