import { withOptions } from "../errors.js";

/** A word in single quotes after a command. The apostrophe of a sentence does not match. */
const QUOTED = /(?<=\sqkv .*[\s=]|^qkv .*[\s=])'([^'\n]*)'(?=[\s.,;:?)]|$)/gm;

/**
 * Quotes the commands in a text for the shell of a platform. The shells of Windows pass single quotes on to the
 * program, so commands get double quotes there.
 */
export function withShellQuotes(text: string, platform: string): string {
  if (platform !== "win32") return text;
  return text.replaceAll(QUOTED, (_, word: string) => inDoubleQuotes(word));
}

/** Quotes a word for a command line, if it needs quotes. */
export function quoteWord(text: string, platform: string): string {
  if (/^[\w./=+:,-]+$/.test(withOptions(text))) return text;
  return platform === "win32" ? inDoubleQuotes(text) : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Writes words of a command line for a text, in which `withShellQuotes` changes the quotes for other platforms. */
export const quoteWords = (words: readonly string[]): string =>
  words.map((word) => quoteWord(word, "linux")).join(" ");

/** Quotes a word by the rules of Windows programs, in which a backslash is special only before a double quote. */
function inDoubleQuotes(text: string) {
  return `"${text.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
}

/** A word of a command line with its quoted parts: plain, in single quotes, in double quotes, or one escaped sign. */
const QUOTED_WORD = /(?:[^\s'"\\]|'[^']*'|"(?:\\.|[^"\\])*"|\\.)+/g;

/** Splits a command line into its words, as the shell does that it was quoted for. */
export const unquotedWords = (line: string): readonly string[] =>
  (line.match(QUOTED_WORD) ?? []).map((word) =>
    word.replace(
      /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
      (_, single?: string, double?: string, escaped?: string) =>
        single ?? double?.replaceAll('\\"', '"') ?? escaped ?? "",
    ),
  );
