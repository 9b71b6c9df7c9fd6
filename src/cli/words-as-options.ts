import { type AnySettingTable, choicesOf } from "../attention/setting.js";
import { optionOf } from "../setting-names.js";
import type { IsThere } from "./typed-options.js";
import type { Typed } from "./unfold.js";

/** Settings that people say by their value alone. */
const SAID_ALONE = ["kind", "scoring", "format"];

/** Words that are left of a command line, what they say of options, and how they were read. */
interface ReadWords {
  readonly words: readonly string[];
  readonly typed: Typed;
  readonly notes: readonly string[];
}

/** What words say that are no files: `posenc rope` is `--kind rope`, whose values are words of their own. Other words stay. */
export function wordsAsOptions(
  words: readonly string[],
  given: Typed,
  settings: AnySettingTable,
  isThere: IsThere,
): ReadWords {
  const typed: Record<string, Typed[string]> = { ...given };
  const notes: string[] = [];
  const settingSaidBy = (word: string) =>
    SAID_ALONE.find((name) => Object.hasOwn(settings, name) && choicesOf(settings[name]).includes(word));
  const left = words.filter((word) => {
    const name = isThere(word) ? undefined : settingSaidBy(word);
    if (name === undefined || typed[name] !== undefined) return true;
    typed[name] = word;
    notes.push(`${word} is read as ${optionOf(name)} ${word}`);
    return false;
  });
  return { words: left, typed, notes };
}
