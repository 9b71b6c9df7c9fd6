/** What the weights of an attention are called where it is that to memory. */
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

/** The weights of an attention, in their order, by the names that they have where it is that to memory. */
export const asCross = <Value>(own: Readonly<Record<string, Value>>): Partial<Record<CrossName, Value>> =>
  Object.fromEntries(
    Object.entries(own).map(([name, value]) => [CROSS_NAMES[name as keyof typeof CROSS_NAMES], value]),
  );
