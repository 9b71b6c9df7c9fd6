import { isNameOfAnswer } from "../attention/answer-names.js";
import type { AnySettingTable } from "../attention/setting.js";
import { STEPS } from "../attention/steps.js";
import { refuse } from "../errors.js";
import { isBareNumber } from "../runs/read/read-request.js";
import { attachedTo, type IsThere, wordsInBrackets } from "./option-words.js";
import type { CommandOption } from "./options.js";

// Reads the values of options: yes or no, one word, or several words in a row.

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
  { name, long, value, flags, help }: CommandOption,
  [word, ...behind]: readonly string[],
  settings: AnySettingTable,
  isThere: IsThere,
  takesNumbers: boolean,
): TypedValue | undefined {
  const attached = attachedTo(word);
  const [next, after] = behind;
  if (value === "") {
    const isBehind = attached === undefined && isTruth(next, after);
    const truth = isBehind ? next : (attached ?? "true");
    const isOn = !NO.test(truth) !== long.startsWith("--no-");
    return TRUTH.test(truth) ? { value: isOn, wordCount: isBehind ? 2 : 1 } : undefined;
  }
  if (value.startsWith("[")) return { value: attached ?? true, wordCount: 1 };
  const { withoutValue } = settings[name];
  const isMissing = attached === undefined && (next === undefined || /^(?:--[a-z]|-[hkoqv]$)/.test(next));
  const isOther = attached === undefined && withoutValue?.unless?.includes(next) === false;
  if (withoutValue && (isMissing || isOther)) return { value: withoutValue.means, wordCount: 1 };
  if (isMissing) {
    const other = next === undefined ? "" : `; found ${next}`;
    const former = Object.hasOwn(FORMER_LETTERS, word) ? ` ${FORMER_LETTERS[word]}` : "";
    refuse(`${long} needs a value${other}.`, `${flags}: ${help}.${former}`);
  }
  const words = attached === undefined ? behind : [attached, ...behind];
  const inBrackets = wordsInBrackets(words);
  // Several values in a row, as in argparse: --window-size 128 0, --steps weights output, --query 1 0.
  const goesOn =
    name === "window" ? isWhole : value === "<matrix>" && !takesNumbers ? undefined : LISTS[value];
  const most = attached !== undefined || !goesOn?.(next) ? 1 : name === "window" ? 2 : words.length;
  const end = words.findIndex((other, at) => at > 0 && (at >= most || !goesOn?.(other) || isThere(other)));
  const count = Math.max(inBrackets, end < 0 ? words.length : end);
  return {
    value: words.slice(0, count).join(value === "<matrix>" || inBrackets > 1 ? " " : ","),
    wordCount: count + (attached === undefined ? 1 : 0),
  };
}

const isWhole = (word: string) => /^-?\d+$/.test(word);
const isStep = (word: string) => /^\p{L}/u.test(word) && (isNameOfAnswer(word) || Object.hasOwn(STEPS, word));

/** Which words continue a list, by the name of its value. */
const LISTS: Readonly<Partial<Record<string, (word: string) => boolean>>> = {
  "<matrix>": isBareNumber,
  "<list>": isWhole,
  "<ids>": isStep,
  "<steps>": isStep,
  "<names>": (word) => /^\p{L}[\p{L}'’-]*$/u.test(word),
};

/** The former meanings of two letters, which now name matrices. */
export const FORMER_LETTERS: Readonly<Record<string, string>> = {
  "-q": "To hide notes, use --quiet.",
  "-v": "-v is --value: qkv --version shows the version, --verbose how input was read.",
};
