/** The input names of the weights of a cross-attention, by the names in a self-attention. */
export const CROSS_NAMES = {
  wq: "crossWq",
  wk: "crossWk",
  wv: "crossWv",
  wo: "crossWo",
  wqkv: "crossWqkv",
  bq: "crossBq",
  bk: "crossBk",
  bv: "crossBv",
  bo: "crossBo",
  bqkv: "crossBqkv",
} as const;

type CrossName = (typeof CROSS_NAMES)[keyof typeof CROSS_NAMES];

/** Renames the weights of an attention to those of a cross-attention. The order stays. */
export const asCross = <Value>(byName: Readonly<Record<string, Value>>): Partial<Record<CrossName, Value>> =>
  Object.fromEntries(
    Object.entries(byName).map(([name, value]) => [CROSS_NAMES[name as keyof typeof CROSS_NAMES], value]),
  );
