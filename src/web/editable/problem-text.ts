import { evaluateCell } from "../../input/expression.js";
import type { ProblemText } from "../../render/page/editable.js";

// Converts a problem between the fields of a page, the address bar and the program's numbers.

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
export function numberOf(word: string, place: string): number {
  const plain = word.replaceAll("−", "-").replace(/inf(?:inity)?/i, "∞");
  const value = Number.isNaN(Number(plain)) ? evaluateCell(plain, false) : Number(plain);
  if (plain === "" || value === undefined) throw new RangeError(`${place}: "${word}" is not a number.`);
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

const PREFIX = { input: "m.", setting: "s." } as const;

/** Writes a problem as the part of an address after #. */
export function toAddress({ command, inputs, settings, tokens }: ProblemText): string {
  const parts = new URLSearchParams({ command });
  for (const [name, text] of Object.entries(inputs))
    parts.set(PREFIX.input + name, text.trim().replace(/\s*\n\s*/g, "; "));
  for (const [name, value] of Object.entries(settings)) parts.set(PREFIX.setting + name, value);
  if (tokens !== "") parts.set("tokens", tokens);
  return parts.toString();
}

/** Reads the problem of an address. Returns undefined if it contains none. */
export function fromAddress(hash: string): ProblemText | undefined {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const command = parts.get("command");
  if (command === null) return undefined;
  const named = (prefix: string) =>
    Object.fromEntries(
      [...parts].flatMap(([name, text]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), text]] : [],
      ),
    );
  return {
    command,
    inputs: named(PREFIX.input),
    settings: named(PREFIX.setting),
    tokens: parts.get("tokens") ?? "",
  };
}

/** Writes the command line for the same problem. */
export function commandLine({ command, inputs, settings, tokens }: ProblemText): string {
  const quote = (text: string) =>
    `'${text
      .trim()
      .replace(/\s*\n\s*/g, "; ")
      .replaceAll("'", "'\\''")}'`;
  const option = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const given = Object.entries(inputs)
    .filter(([, text]) => text.trim() !== "")
    .map(([name, text]) => `${option(name)} ${quote(text)}`);
  const chosen = Object.entries(settings).map(([name, value]) =>
    value === "true" ? option(name) : `${option(name)} ${quote(value)}`,
  );
  return [
    "qkv",
    command,
    ...given,
    ...(tokens.trim() === "" ? [] : [`--tokens ${quote(tokens)}`]),
    ...chosen,
  ].join(" ");
}
