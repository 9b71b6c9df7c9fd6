/** Rows as people type them: `1 0; 0 2`. */
export const rowsIn = (text: string): readonly (readonly number[])[] =>
  text.split("; ").map((row) => row.split(" ").map(Number));

/** Three queries and keys small enough to follow by hand: what `--demo` works in `attend` and `compare-scoring`. */
export const demoMatrices = () => ({
  tokens: ["please", "study", "man"],
  query: rowsIn("1 0; 0 2; 1 1"),
  key: rowsIn("1 1; 0 1; 2 0"),
  value: rowsIn("1 0; 0 1; 2 2"),
});

/** Three tokens and their queries and keys: what `--demo` works in `multihead` and `layer`, with values and weights of their own. */
export const demoOfHeads = () => ({
  tokens: demoMatrices().tokens,
  x: rowsIn("1 0 2 1; 0 1 1 2; 1 1 0 1"),
  wq: rowsIn("1 0 0 1; 0 1 0 0; 0 0 1 0; 1 0 0 1"),
  wk: rowsIn("0 1 0 0; 1 0 0 1; 0 0 1 0; 0 0 0 1"),
});
