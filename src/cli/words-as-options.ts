import { isNameOfAnswer } from "../attention/names.js";
import { type AnySettingTable, choicesOf } from "../attention/setting.js";
import { optionOf } from "../setting-names.js";

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
  [word, next = "-"]: readonly string[],
  isFirst: boolean,
  settings: AnySettingTable,
): readonly string[] | undefined {
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
