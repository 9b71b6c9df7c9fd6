/** Returns a map from each word of a table to its key: in `{ root: "msqrt sqrt" }` both words map to root. */
export const byWord = <Key extends string>(table: Readonly<Record<Key, string>>): ReadonlyMap<string, Key> =>
  new Map(
    (Object.keys(table) as Key[]).flatMap((key) => table[key].split(" ").map((word) => [word, key] as const)),
  );

/** Returns the source of a pattern for any of some names, the longest first. */
export const anyOf = (names: Iterable<string>): string =>
  [...names]
    .sort((one, other) => other.length - one.length)
    .map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"))
    .join("|");
