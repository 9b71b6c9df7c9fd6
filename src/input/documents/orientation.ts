import type { Line } from "./lines.js";
import { bestOf, LEFT_OUT, type NameFinder, type Strengths } from "./names.js";

// Which matrices of a sheet are transposed, by what it says.

/** The words of a run: its clause, the line above it, and what they name. */
interface Words {
  readonly clause: string;
  readonly title: string;
  readonly names: Strengths;
}

/** Returns a function that tells whether the words of a run, or those of the whole sheet, say that it is transposed. */
export function orientationOf(lines: readonly Line[], finder: NameFinder): (of: Words) => boolean {
  const says = (pattern: RegExp) => lines.some(({ text }) => pattern.test(text));
  const areInColumns = says(IN_COLUMNS);
  const areKeysInRows = says(KEYS_IN_ROWS) || (areInColumns && says(KEYS_FIRST));
  return ({ clause, title, names }) =>
    [clause, title].some(
      (words) =>
        (TRANSPOSED.test(words.replace(LEFT_OUT, " ")) && !isOfOtherInput(words, names, finder)) ||
        IN_COLUMNS.test(words),
    ) ||
    (areInColumns && !/\brows?\b/i.test(title) && isOf(OF_TOKENS, names)) ||
    (areKeysInRows && isOf(OF_PAIRS, names));
}

/** A title that says "transposed": `K^T =`, `V transposed:`. Q K^T is not a transposed matrix. */
const TRANSPOSED =
  /^[\s(]*(?!QK)(?:[\p{L}_]+['′]?(?:\/[√\w.]+)?\s*(?:\^\s*\{?T\}?|\.T)|[QKVX]')\s*(?:[)=≈:(]|$)|^(?!.*(?:multipl|produ[ck]t|matmul|·|(?<!\p{L})(?:times|mal|fois|por|per)(?!\p{L})))[^=]*(?:transpos|transponiert)/iu;

/** Whether words name an input other than what a run is: `took K instead of its transpose`, above the scores. */
function isOfOtherInput(words: string, names: Strengths, finder: NameFinder): boolean {
  const [best] = bestOf(names) ?? [];
  return [...finder.find(words).keys()].some((id) => finder.inputs.has(id) && id !== best);
}

/** A text that says that each token has a column. */
const IN_COLUMNS =
  /(?:tokens?|words?|quer(?:y|ies)|vectors?) (?:are|is|as|in|per|=) (?:the |a |each )?columns?|(?:columns?|spalten?) (?:are|is|=|sind|ist) (?:the |a |one |ein )?(?:tokens?|words?|vectors?)/i;

/** A text that says that the scores are transposed: `row = key, column = query`. */
const KEYS_IN_ROWS =
  /rows? (?:are|is|=|for|per) (?:the |a )?keys?\W{1,3}(?:and )?(?:the )?columns? (?:are|is|=|for|per) (?:the |a )?quer/iu;

/** What a text says of scores with a row per key, if tokens are columns: `K^T Q`, `softmax over each column`. */
const KEYS_FIRST =
  /(?<![\p{L}\d])K\s?(?:\^?\s?\{?(?:T|⊤|\\top|\\mathsf\{T\})\}?|ᵀ|['′])\s*[·*@]?\s*Q(?!\p{L})|softmax[^.;]{0,40}\s(?:over|along|of|down|in)\s(?:each |the |every )?columns?|softmax[^.;]{0,20}column-?wise|column-?wise\s[^.;]{0,9}softmax/u;

/** The steps with a row per token, unlike the scores, which are about pairs of tokens. */
const OF_TOKENS: readonly unknown[] = ["query", "key", "value", "x", "q", "k", "v", "output", "context"];

/** The steps with a number for each pair of a query and a key. */
export const OF_PAIRS: readonly string[] = [
  "scores",
  "scaled-scores",
  "masked-scores",
  "exponentials",
  "weights",
];

/** Whether names mean one of these most. */
export const isOf = (ids: readonly unknown[], names: Strengths): boolean => ids.includes(bestOf(names)?.[0]);
