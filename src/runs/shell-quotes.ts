import { withOptions } from "../setting-names.js";

/** A word in single quotes behind a command: not the apostrophe of a sentence. */
const QUOTED = /(?<=\sqkv .*[\s=]|^qkv .*[\s=])'([^'\n]*)'(?=[\s.,;:?)]|$)/gm;

/**
 * Text in which commands are as they can be typed: the shells of Windows give a program single quotes as they stand, so double
 * ones take their place there.
 */
export function withShellQuotes(text: string, platform: string): string {
  if (platform !== "win32") return text;
  return text.replaceAll(QUOTED, (_, word: string) => inDoubleQuotes(word));
}

/** A word as a command line has it; what needs no quotes gets none. */
export function quoteWord(text: string, platform: string): string {
  if (/^[\w./=+:,-]+$/.test(withOptions(text))) return text;
  return platform === "win32" ? inDoubleQuotes(text) : `'${text.replaceAll("'", "'\\''")}'`;
}

/** As programs for Windows take a command line apart: backslashes count before a double quote alone. */
function inDoubleQuotes(text: string): string {
  return `"${text.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
}
