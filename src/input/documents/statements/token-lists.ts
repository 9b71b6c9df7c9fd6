import { remember } from "../../../math/remember.js";
import type { Line } from "../lines.js";
import { either } from "../nouns.js";

/** Words before a list of tokens, or before a sentence. */
const LEADS = `${either("token")}|wörtern|keys|sentence|sequence|phrase|satz|oración|frase|句子`;
const NAME =
  "[\"'“«„`*]{0,2}(?:\\d{1,2}\\s?[=:.)]\\s?)?[\"'“«„`*]{0,2}([\\p{L}\\p{M}’\\[\\]<>_-]{1,20})[\"'”»“`*]{0,2}";
const SEPARATOR = "\\s{0,2}(?:[,;/|·]|\\s(?:and|und|et|y|e)\\s|,\\s(?:and|und|et|y|e)\\s)\\s{0,2}";

/** Returns the tokens of a problem, if a sheet lists this number of them or quotes their sentence. */
export function listedTokens(lines: readonly Line[], count: number): readonly string[] {
  if (count < 2) return [];
  const [list, quoted] = remember(PATTERNS, count, () => [
    new RegExp(
      `(?:${LEADS})(?:\\s\\p{L}{2,4})?\\s{0,2}[:=(]?\\s{0,2}${NAME}${`${SEPARATOR}${NAME}`.repeat(count - 1)}(?!\\s{0,2}[,/]\\s{0,2}\\p{L})`,
      "iu",
    ),
    new RegExp(
      `["“«„']\\s?([\\p{L}\\p{M}’-]{1,20})${"\\s([\\p{L}\\p{M}’-]{1,20})".repeat(count - 1)}[.!]?\\s?["”»“']`,
      "u",
    ),
  ]);
  for (const { text } of lines) {
    const found = (text.length < 300 && (list.exec(text) ?? quoted.exec(text))) || undefined;
    const names = found?.slice(1) ?? [];
    if (new Set(names).size > 1) return names;
  }
  return [];
}

const PATTERNS = new Map<number, readonly [RegExp, RegExp]>();
