/** Three queries and keys small enough to follow by hand: what `--demo` works in `attend` and `compare-scoring`. */
export const DEMO_MATRICES = {
  tokens: ["please", "study", "man"],
  query: [
    [1, 0],
    [0, 2],
    [1, 1],
  ],
  key: [
    [1, 1],
    [0, 1],
    [2, 0],
  ],
  value: [
    [1, 0],
    [0, 1],
    [2, 2],
  ],
} as const;

/** Three tokens and their queries and keys: what `--demo` works in `multihead` and `layer`, with values and weights of their own. */
export const HEADS_DEMO = {
  tokens: DEMO_MATRICES.tokens,
  x: [
    [1, 0, 2, 1],
    [0, 1, 1, 2],
    [1, 1, 0, 1],
  ],
  wq: [
    [1, 0, 0, 1],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [1, 0, 0, 1],
  ],
  wk: [
    [0, 1, 0, 0],
    [1, 0, 0, 1],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ],
} as const;
