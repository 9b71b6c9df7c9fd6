/** The weights of an attention that a cross-attention has, too. */
export const CROSSED = ["wq", "wk", "wv", "wo", "wqkv", "bq", "bk", "bv", "bo", "bqkv"] as const;

/** Returns what a name of a self-attention is called in a cross-attention: `crossWq` for `wq`. */
export const crossName = <Name extends string>(name: Name) =>
  `cross${name[0].toUpperCase()}${name.slice(1)}` as `cross${Capitalize<Name>}`;

/** Renames the weights of an attention to those of a cross-attention. The order stays. */
export const asCross = <Value>(byName: Readonly<Record<string, Value>>) =>
  Object.fromEntries(Object.entries(byName).map(([name, value]) => [crossName(name), value]));
