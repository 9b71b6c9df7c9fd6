// Functions that look only at the spelling of words on a command line.

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

/** Returns the name of an option: `--key` for `--key=K.csv`, `-k` for `-kK.csv`. */
export const nameOf = (word: string) => (word.startsWith("--") ? word.split("=", 1)[0] : word.slice(0, 2));

/** Returns the value in the same word: `K.csv` for both. Returns undefined if the word is only a name. */
export function attachedTo(word: string): string | undefined {
  const name = nameOf(word);
  return word === name ? undefined : word.slice(name.length).replace(/^=/, "");
}

/**
 * Puts a blank before rows that begin with a minus (`-1 2; 3 4`, `-inf`), so that commander does not take them for an
 * option.
 */
export const withLeadingBlank = (word: string) =>
  /^-\.?\d.*[\s,;]/s.test(word) || isInfinite(word) ? ` ${word}` : word;
export const withoutLeadingBlank = (word: string) => word.replace(/^ (?=-(?:\.?\d|inf|∞))/i, "");
export const isInfinite = (word: string) => /^-(?:inf(?:inity)?|∞)(?:$|[\s,;])/i.test(word);
