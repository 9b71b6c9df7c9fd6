/** Parses rows as people type them: `1 0; 0 2`. */
export const rowsIn = (text: string) => text.split("; ").map((row) => row.split(" ").map(Number));

/**
 * The example of `--demo` in `attend` and `compare-scoring`: three queries and keys that are small enough to compute by
 * hand.
 */
export const demoMatrices = () => ({
  tokens: ["please", "study", "man"],
  query: rowsIn("1 0; 0 2; 1 1"),
  key: rowsIn("1 1; 0 1; 2 0"),
  value: rowsIn("1 0; 0 1; 2 2"),
});

/**
 * The example of `--demo` in `multihead` and `layer`: three tokens with W^Q and W^K. Each command adds its other
 * weights.
 */
export const demoOfHeads = () => ({
  tokens: demoMatrices().tokens,
  x: rowsIn("1 0 2 1; 0 1 1 2; 1 1 0 1"),
  wq: rowsIn("1 0 0 1; 0 1 0 0; 0 0 1 0; 1 0 0 1"),
  wk: rowsIn("0 1 0 0; 1 0 0 1; 0 0 1 0; 0 0 0 1"),
});
