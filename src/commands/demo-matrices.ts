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
