import { isNameOfAnswer } from "../attention/answer-names.js";
import { type AnySettingTable, choicesOf } from "../attention/setting.js";
import { optionOf } from "../setting-names.js";

/** Settings that people say by their value alone. */
const SAID_ALONE = ["kind", "scoring", "pairs", "format"];

export const wordsAlone = (settings: AnySettingTable): readonly string[] =>
  SAID_ALONE.flatMap((name) => (name in settings ? choicesOf(settings[name]) : []));

/** What a value says without the name of its setting, as the command line has it: `csv` is `-o csv`. */
export function saidAlone(word: string, settings: AnySettingTable): string | undefined {
  const name = SAID_ALONE.find((one) => one in settings && choicesOf(settings[one]).includes(word));
  return name && `${name === "format" ? "-o" : optionOf(name)} ${word}`;
}

/** Words of a text, of which none can be a number or a file. */
const SENTENCE = /^\p{L}+[,.!?]?(?: \p{L}+(?:['’-]\p{L}+)*[,.!?]?)+$/u;

/** The options that a word says which is no file: `posenc rope` is `--kind rope`, `exercise 3` `--count 3`, `weights` behind a file `--only weights`, and a text behind a model its text. */
export function wordAsOptions(
  [word, next = "-"]: readonly string[],
  isFirst: boolean,
  settings: AnySettingTable,
): readonly string[] | undefined {
  // Behind the folder of a model stands its text.
  if ("textFile" in settings && (isFirst ? /^[^\\/]*\s[^\\/]*$/ : /^[^\\/]*$/).test(word))
    return ["--text", word];
  if ("count" in settings && /^\d+$/.test(word)) return ["--count", word];
  // Words may have numbers that are drawn.
  if (isFirst && "keyTokens" in settings && "random" in settings && SENTENCE.test(word))
    return ["--tokens", word, "--random"];
  // In front, a step begins a cell: qkv explain weights 0 1 p.json.
  const isStep = !isFirst && "only" in settings && next.startsWith("-") && word.length > 1;
  return isStep && isNameOfAnswer(word) ? ["--only", word] : saidAlone(word, settings)?.split(" ");
}
