import type { Parsed } from "./forms/form.js";
import { cellsOf } from "./json/cells.js";
import { readJson } from "./json/reader.js";
import { refuseAt, type Source, textOf } from "./source.js";
import { plainValue, type Value } from "./value.js";

/** The labels that an option gives: a JSON list, or words between spaces or commas. */
export function tokensFromText(text: string, place: string): string[] {
  const words = text.split(/[\s,]+/).filter(Boolean);
  // `[CLS] the cat` are words, too: what opens in a word closes in it.
  const isList = text.trimStart().startsWith("[") && words.some((word) => /^\[[^\]]*$|^\[?["']/.test(word));
  if (!isList && !/^\s*\[\s*(?:\d+\s*)?\]\s*$/.test(text)) return words;
  const source: Source = { name: place, kind: "literal", bytes: Buffer.from(text, "utf8") };
  return tokensFromValue(readJson(source), source, place);
}

/** The labels that a bundle gives: a list of strings, or one string split at spaces. Throws BAD_VALUE. */
export function tokensFromValue(value: Value, source: Parsed["source"], subject: string): string[] {
  // A list such as ["NaN", "inf"] was read as numbers; as labels its cells are what is written.
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
  const message = `${subject} must be a list of words.`;
  const hint = 'Write ["the", "cat"], or one string with spaces between the words.';
  return refuseAt(source, value.start, "BAD_VALUE", message, hint);
}
