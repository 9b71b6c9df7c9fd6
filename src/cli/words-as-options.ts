import { isNameOfAnswer } from "../attention/answer-names.js";
import { type AnySettingTable, choicesOf } from "../attention/setting.js";
import type { Command } from "../commands/command.js";
import { optionOf } from "../setting-names.js";
import type { IsThere } from "./option-words.js";
import type { Typed } from "./unfold.js";

/** Settings that people say by their value alone. */
const SAID_ALONE = ["kind", "scoring", "format"];

/** Words that are left of a command line, what they say of options, and how they were read. */
interface ReadWords {
  readonly words: readonly string[];
  readonly typed: Typed;
  readonly notes: readonly string[];
}

/** The setting of which a word is a value that needs no name. */
const settingSaidBy = (word: string, settings: AnySettingTable): string | undefined =>
  SAID_ALONE.find((name) => Object.hasOwn(settings, name) && choicesOf(settings[name]).includes(word));

/** Words of a text, of which none can be a number or a file, where words may have numbers that are drawn. */
const isSentence = (text = "", settings: AnySettingTable): boolean =>
  "tokens" in settings &&
  "random" in settings &&
  /^\p{L}+[,.!?]?(?: \p{L}+(?:['’-]\p{L}+)*[,.!?]?)+$/u.test(text);

export const wordsAlone = (settings: AnySettingTable): readonly string[] =>
  SAID_ALONE.flatMap((name) => (name in settings ? choicesOf(settings[name]) : []));

/** What such a word says, as the command line has it: `csv` is `-o csv`. */
export function saidAlone(word: string, settings: AnySettingTable): string | undefined {
  const name = settingSaidBy(word, settings);
  return name && `${name === "format" ? "-o" : optionOf(name)} ${word}`;
}

/** What words say that are no files: `posenc rope` is `--kind rope`, whose values are words of their own, and `weights` is `--only weights`. Other words stay. */
export function wordsAsOptions(
  words: readonly string[],
  given: Typed,
  settings: AnySettingTable,
  isThere: IsThere,
): ReadWords {
  const typed: Record<string, Typed[string]> = { ...given };
  const notes: string[] = [];
  // In front, a step begins a cell: qkv explain weights 0 1 p.json.
  const isStep = (word: string, at: number) =>
    "only" in settings && at > 0 && at === words.length - 1 && word.length > 1 && isNameOfAnswer(word);
  const [sentence, ...others] = words;
  if (others.length === 0 && isSentence(sentence, settings) && !isThere(sentence)) {
    const isDrawn = given.demo !== true && given.random !== true;
    notes.push(
      `qkv draws the numbers: ${JSON.stringify(sentence)} is read as --tokens ${JSON.stringify(sentence)} --random`,
    );
    return { words: [], typed: { ...given, tokens: sentence, ...(isDrawn && { random: true }) }, notes };
  }
  const left = words.filter((word, at) => {
    const name = isThere(word)
      ? undefined
      : (settingSaidBy(word, settings) ?? (isStep(word, at) ? "only" : undefined));
    if (name === undefined || (typed[name] !== undefined && typed[name] !== word)) return true;
    typed[name] = word;
    notes.push(`${word} is read as ${optionOf(name)} ${word}`);
    return false;
  });
  return { words: left, typed, notes };
}

/** The word of a command that takes one as the command has it: `attention` is attend, and a number is how many. */
export async function wordOffered(
  words: readonly string[],
  given: Typed,
  { settings, offers }: Pick<Command, "settings" | "offers">,
): Promise<ReadWords> {
  const count =
    "count" in settings && given.count === undefined ? words.find((one) => /^\d+$/.test(one)) : undefined;
  const typed = count === undefined ? given : { ...given, count };
  const left = words.filter((one) => one !== count);
  const [word, ...others] = left;
  const known = word === undefined ? [] : ((await offers?.()) ?? []);
  const called = known.length > 0 ? (await import("./command-suggestion.js")).commandCalled(word) : undefined;
  return called === undefined || known.includes(word) || !known.includes(called)
    ? { words: left, typed, notes: [] }
    : { words: [called, ...others], typed, notes: [`${word} is read as ${called}`] };
}
