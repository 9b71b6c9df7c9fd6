/** Each word of a table, with the key that it stands under: of `{ root: "msqrt sqrt" }` both words with root. */
export const byWord = <Key extends string>(table: Readonly<Record<Key, string>>): ReadonlyMap<string, Key> =>
  new Map(
    (Object.keys(table) as Key[]).flatMap((key) => table[key].split(" ").map((word) => [word, key] as const)),
  );
