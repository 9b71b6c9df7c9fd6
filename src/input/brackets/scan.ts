import type { ErrorCode } from "../../errors.js";
import { SPACE, TAB } from "../bytes.js";
import type { FormOptions, Span } from "../forms/form.js";
import { type Cursor, cursorOver, foundText } from "../number.js";
import { refuseAt, type Source, textOf } from "../source.js";

/** The state of parsing a text of brackets. */
export interface BracketScan extends Cursor {
  readonly source: Source;
  /**
   * The text with one character per byte, so that positions are byte offsets. Cells that are not ASCII are decoded one
   * by one.
   */
  readonly text: string;
  readonly options: FormOptions;
  /** The form of the text, from the first constructor or kind of list that was found. */
  form: string | undefined;
  readonly remarks: Set<string>;
  /** The power of ten by which numbers are multiplied, by the byte at which these start. */
  readonly exponents: Map<number, number>;
  /** The places of the cells, in order, if the caller needs them. */
  readonly spans: Span[] | undefined;
  /** Whether the text may be Python; computed once for all cells. */
  mayBePythons?: boolean;
}

export function startBrackets(
  source: Source,
  options: FormOptions,
  at: { readonly position: number; readonly spans?: Span[] } = { position: 0 },
): BracketScan {
  const { bytes } = cursorOver(source.bytes);
  return {
    source,
    bytes,
    text: bytes.toString("latin1"),
    options,
    position: at.position,
    form: undefined,
    remarks: new Set(),
    exponents: new Map(),
    spans: at.spans,
  };
}

/**
 * Skips white space and comments. Returns true if it passed a line break. With `slashes` false, `//` starts no comment:
 * after a matrix it is an operator in Julia and Wolfram.
 */
export function skipGap(scan: BracketScan, slashes = true): boolean {
  const { text } = scan;
  let broken = false;
  let at = scan.position;
  for (; at < text.length; at++) {
    const sign = text[at];
    if (sign === "\n" || sign === "\r") broken = true;
    else if (sign === "#" || sign === "%" || (slashes && text.startsWith("//", at))) {
      const end = lineEnd(text, at);
      if (NUMBERS.test(text.slice(at, Math.min(end, at + 80)))) {
        const hint = "Remove the comment, or the sign before the numbers.";
        fail(scan, at, `"${sign}" starts a comment here, but the comment has numbers.`, hint, "AMBIGUOUS");
      }
      at = end - 1;
    } else if (text.startsWith("/*", at)) at = Math.max(at, text.indexOf("*/", at) + 1);
    else if (text.charCodeAt(at) > 32) break;
  }
  scan.position = at;
  return broken;
}

/**
 * A comment that begins with a number, perhaps in brackets, and continues like a list. `// 1` and `# 2 rows` do not
 * match.
 */
const NUMBERS = /^(?:#|%|\/\/)\s*[[({]*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?\s*[-+\d.,;*\])}]/i;

function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== "\n" && text[at] !== "\r") at++;
  return at;
}

/** Returns the position behind spaces and tabs. */
export function skipBlanks(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code === SPACE || code === TAB; code = text.charCodeAt(at)) at++;
  return at;
}

/**
 * Matches a text, or a pattern with the flag `y`, at the position and moves past the match. Returns undefined without a
 * match.
 */
export function accept(scan: BracketScan, wanted: RegExp | string): readonly string[] | undefined {
  const match = matchAt(scan, wanted);
  scan.position += match?.[0].length ?? 0;
  return match;
}

/** Returns the match of a text, or of a pattern with the flag `y`, at the position or another place. */
export function matchAt(
  { text, position }: BracketScan,
  wanted: RegExp | string,
  at = position,
): readonly string[] | undefined {
  if (typeof wanted === "string") return text.startsWith(wanted, at) ? [wanted] : undefined;
  wanted.lastIndex = at;
  return wanted.exec(text) ?? undefined;
}

/** Returns the decoded text between two byte offsets. */
export function decoded({ bytes }: BracketScan, start: number, end: number): string {
  return textOf(bytes, start, Math.min(end, bytes.length));
}

/** Sets the form of the text, unless it is set already. */
export function noteForm(scan: BracketScan, form: string): void {
  scan.form ??= form;
}

export function fail(
  scan: BracketScan,
  at: number,
  message: string,
  hint: string,
  code: ErrorCode = "SYNTAX",
): never {
  return refuseAt(scan.source, at, code, message, hint);
}

/** Matches like `accept`. Throws SYNTAX without a match. */
export function expect(
  scan: BracketScan,
  wanted: RegExp | string,
  what: string,
  hint: string,
): readonly string[] {
  return (
    accept(scan, wanted) ??
    fail(scan, scan.position, `${what} is expected here, but ${foundText(scan)}.`, hint)
  );
}

/** Throws SYNTAX for a bracket that is never closed. */
export function refuseOpen(scan: BracketScan, start: number): never {
  const shown = JSON.stringify(scan.text[start]);
  const message = `${shown} is opened here and never closed.`;
  return fail(scan, start, message, "Close every bracket with its own kind.");
}
