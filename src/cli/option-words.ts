// Words of a command line by their spelling alone.

/** Whether there is a file of this name. */
export type IsThere = (path: string) => boolean;

/** `is-causal` of `--is_causal=True` and `--isCausal`; a letter keeps its dash. */
export const plainName = (word: string): string =>
  word.startsWith("--")
    ? nameOf(word)
        .slice(2)
        .replace(/(?<=[a-z])(?=[A-Z])/g, "-")
        .replaceAll("_", "-")
        .toLowerCase()
    : nameOf(word);

/** "look-ahead" as "lookahead". */
export const lettersOf = (value = ""): string => value.toLowerCase().replace(/[^a-z\d]/g, "");

/** `--key` of `--key=K.csv`, `-k` of `-kK.csv`. */
export const nameOf = (word: string): string =>
  word.startsWith("--") ? word.split("=", 1)[0] : word.slice(0, 2);

/** `K.csv` of both; undefined of a name alone. */
export function attachedTo(word: string): string | undefined {
  const name = nameOf(word);
  return word === name ? undefined : word.slice(name.length).replace(/^=/, "");
}

/** Rows that begin with a minus (`-1 2; 3 4`, `-inf`) are no option: for commander they begin with a blank. */
export const shielded = (word: string) =>
  /^-\.?\d.*[\s,;]/s.test(word) || isInfinite(word) ? ` ${word}` : word;
export const unshielded = (word: string): string => word.replace(/^ (?=-(?:\.?\d|inf|∞))/i, "");
export const isInfinite = (word: string): boolean => /^-(?:inf(?:inity)?|∞)(?:$|[\s,;])/i.test(word);
