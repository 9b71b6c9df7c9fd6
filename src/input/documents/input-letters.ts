import type { SheetText } from "./lines.js";

/** `Q = D W_Q`, `K = X_enc @ W_K`, `v1 = e1·W_V`: which matrix a projection is applied to. */
const PROJECTED =
  /(?<![\p{L}\d_])([QKV])\d?\s*=\s*(\p{Lu}(?:_\{?\w+\}?)?|\p{L}+(?:_\w+)?(?=\s*[·*@\s]))\s*[·*@]?\s*W\s*[_^]?[({]*\1(?![\p{L}\d])/giu;

/** Names that mean the input everywhere. */
const USUAL = /^(?:x|inputs?|memory|W)$/i;

/**
 * Writes X for the matrix that the queries are projected from, and "memory" for that of the keys if it is another one,
 * in all lines of a sheet that says so: `Q = D W_Q, K = E W_K`.
 */
export function withInputLetters({ lines, ...more }: SheetText): SheetText {
  const projected = lines.flatMap(({ text }) => [...text.matchAll(PROJECTED)]);
  const nameFor = (letter: string) =>
    projected.find(([, of]) => of.toUpperCase() === letter)?.[2].replace(/\d$/, "");
  const [query, key = query] = [nameFor("Q"), nameFor("K")];
  const meant = new Map(
    query === key ? [[query, "X"]] : [...(query ? [[query, "X"] as const] : []), [key, "memory"]],
  );
  const isUsual = [...meant.keys()].every((name) => name === undefined || USUAL.test(name));
  if (isUsual && meant.size < 2) return { lines, ...more };
  const names = [...meant.keys()].flatMap((name) => name ?? []);
  const written = new RegExp(`(?<![\\p{L}\\d_])(${names.join("|")})(\\d?)(?![\\p{L}\\d_])`, "gu");
  const renamed = (text: string) =>
    text.replace(written, (_, name: string, row: string) => `${meant.get(name)}${row}`);
  return { lines: lines.map((line) => ({ ...line, text: renamed(line.text) })), ...more };
}
