import { evaluateCell } from "../../input/expression.js";

// The problem of a page is the content of its fields, and the part of its address after #: matrices as m.query, settings
// as s.causal, tokens, and the command.

/**
 * Reads the rows of a matrix. Rows end at a line break or semicolon; numbers are separated by blanks, tabs or commas.
 * Throws RangeError if a word is no number.
 */
export function rowsOf(name: string, text: string): number[][] {
  const lines = text
    .split(/[;\n]/)
    .map((line) => line.replace(/[[\]]/g, " ").trim())
    .filter((line) => line !== "");
  return lines.map((line, row) =>
    line
      .split(/[\s,]+/)
      .filter((word) => word !== "")
      .map((word, col) => numberOf(word, `${name}[${row},${col}]`)),
  );
}

/** Reads a number as people write it: 0.5, −1, 1e-3, 1/3, √2, ∞. Throws RangeError otherwise. */
function numberOf(word: string, place: string): number {
  const plain = word.replaceAll("−", "-").replace(/inf(?:inity)?/i, "∞");
  const value = Number.isNaN(Number(plain)) ? evaluateCell(plain, false) : Number(plain);
  if (value === undefined) throw new RangeError(`${place}: "${word}" is not a number.`);
  return value;
}

/** Reads names of rows. Returns undefined if none are typed. */
export function labelsOf(tokens: string): string[] | undefined {
  const text = tokens.trim();
  if (text === "") return undefined;
  if (!text.startsWith("[")) return text.split(/\s+/);
  const list: unknown = JSON.parse(text);
  return Array.isArray(list) ? list.map(String) : undefined;
}

/** Writes the command line for the same problem. */
export function commandLine(problem: URLSearchParams): string {
  const words = Array.from(problem, ([name, value]) => {
    if (name === "command") return value;
    const words = name.replace(/^[ms]\./, "").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return value === "true" ? `--${words}` : `--${words} '${value.replaceAll("'", "'\\''")}'`;
  });
  return ["qkv", ...words].join(" ");
}
