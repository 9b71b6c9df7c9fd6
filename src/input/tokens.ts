import type { Parsed } from "./forms/form.js";
import { cellsOf } from "./json/cells.js";
import { readJson } from "./json/reader.js";
import { wordsOf } from "./open.js";
import { refuseAt, type Source, textOf } from "./source.js";
import { plainValue, type Value } from "./value.js";

/** Returns the labels in an option: a JSON list, or words between spaces or commas. */
export function tokensFromText(text: string, place: string): string[] {
  const words = wordsOf(text);
  // `[CLS] the cat` is words, not a list: each bracket closes in the same word.
  const isList = text.trimStart().startsWith("[") && words.some((word) => /^\[[^\]]*$|^\[?["']/.test(word));
  if (!isList && !/^\s*\[\s*(?:\d+\s*)?\]\s*$/.test(text)) return words;
  const source: Source = { name: place, kind: "literal", bytes: Buffer.from(text, "utf8") };
  return tokensFromValue(readJson(source), source, place);
}

/** Returns the labels in a bundle: a list of strings, or one string split at spaces. Throws BAD_VALUE. */
export function tokensFromValue(value: Value, source: Parsed["source"], subject: string): string[] {
  // A list such as ["NaN", "inf"] was parsed as numbers. As labels, its cells are read again as text.
  if (value.kind === "numbers" && value.flat && !source.isBinary) {
    return Array.from(cellsOf(source, value.start), ({ start, end }) => {
      const text = textOf(source.bytes, start, end);
      return text.startsWith('"') ? String(JSON.parse(text)) : text;
    });
  }
  const plain = plainValue(value);
  if (typeof plain === "string") return plain.split(/\s+/).filter(Boolean);
  if (Array.isArray(plain) && plain.every((item) => typeof item === "string" || typeof item === "number")) {
    return plain.map(String);
  }
  const hint = 'Write ["the", "cat"], or one string with spaces between the words.';
  return refuseAt(source, value.start, "BAD_VALUE", `${subject} must be a list of words.`, hint);
}
