// Functions that look only at the spelling of words on a command line.

/** Words of a command line. */
export type Words = readonly string[];

/** Whether a file of this name exists. */
export type IsThere = (path: string) => boolean;

/**
 * Returns the plain name of an option: `is-causal` for `--is_causal=True` and `--isCausal`. A one-letter option keeps
 * its dash.
 */
export const plainName = (word: string) =>
  word.startsWith("--")
    ? nameOf(word)
        .slice(2)
        .replace(/(?<=[a-z])(?=[A-Z])/g, "-")
        .replaceAll("_", "-")
        .toLowerCase()
    : nameOf(word);

/** Returns the letters and digits of a word: "lookahead" for "look-ahead". */
export const lettersOf = (value = "") => value.toLowerCase().replace(/[^a-z\d]/g, "");

/** Returns the words before `--`, behind which no word is an option. */
export function beforeDashes(words: Words): Words {
  const end = words.indexOf("--");
  return end < 0 ? words : words.slice(0, end);
}

/** Returns the name of an option: `--key` for `--key=K.csv`, `-k` for `-kK.csv`. */
export const nameOf = (word: string) => (word.startsWith("--") ? word.split("=", 1)[0] : word.slice(0, 2));

/** Returns the value in the same word: `K.csv` for both. Returns undefined if the word is only a name. */
export function attachedTo(word: string): string | undefined {
  const name = nameOf(word);
  return word === name ? undefined : word.slice(name.length).replace(/^=/, "");
}

/** Whether a word is spelled as an option. `-`, `-1 2; 3 4` and `-inf` are not. */
export const isOption = (word: string) =>
  /^-(?!\.?\d|$)/.test(word) && !/^-(?:inf(?:inity)?|∞)(?:$|[\s,;])/i.test(word);

/** Puts a blank before a word such as `-1 2; 3 4` or `-inf`, so that commander does not take it for an option. */
export const withLeadingBlank = (word: string) =>
  word.startsWith("-") && word !== "-" && !isOption(word) ? ` ${word}` : word;
export const withoutLeadingBlank = (word: string) => word.replace(/^ (?=-)/, "");

/** Returns a word without signs of a text around it, and with the slashes of this shell: `q.npy` for `“q.npy”,`. */
export const bareWord = (word: string) =>
  word.replaceAll(/^[“”„"'‘’«»]+|[“”„"'‘’«»,;]+$/g, "").replaceAll("\\", "/");

/** Returns how many words belong together, because brackets that open in the first close in the last of them. */
export function wordsInBrackets(words: Words): number {
  const signs = (word: string, which: RegExp) => word.match(which)?.length ?? 0;
  let open = 0;
  const last = words.findIndex((word) => {
    open += signs(word, /[[({]/g) - signs(word, /[\])}]/g);
    return open <= 0;
  });
  return Math.max(last, 0) + 1;
}
