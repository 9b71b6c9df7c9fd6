import { shorten } from "../cell.js";
import { cellProblem, valueOfCell } from "../cell-problem.js";
import { foundText, numberEnd, TWO_53, toNumber } from "../number.js";
import type { ScalarValue } from "../value.js";
import { type BracketScan, decoded, fail, matchAt, refuseOpen, skipBlanks } from "./scan.js";

const LONGEST = 400;

/**
 * Reads the number, word or arithmetic expression at the position. Throws NOT_A_NUMBER, INTEGER_TOO_LARGE or SYNTAX.
 */
export function readBracketCell(scan: BracketScan): ScalarValue {
  const start = scan.position;
  const end = quickEnd(scan) ?? cellEnd(scan);
  if (end === start) {
    const hint = "Close every bracket with its own kind.";
    fail(scan, start, `a value is expected here, but ${foundText(scan)}.`, hint);
  }
  scan.position = end;
  scan.spans?.push({ start, end });
  return { kind: "scalar", start, value: cellValue(scan, start, end) };
}

/** Returns the end of a plain number that a separator follows directly. Returns undefined for anything else. */
function quickEnd(scan: BracketScan): number | undefined {
  const { bytes, text, position } = scan;
  const end = numberEnd(bytes, position);
  if (isDecimalComma(scan, end)) return undefined;
  return end > position && /[,;\])}|]/.test(text[end] ?? " ") ? end : undefined;
}

function cellValue(scan: BracketScan, start: number, end: number): number | boolean | null {
  const { decimalComma, emptyCells } = scan.options;
  const plain = numberEnd(scan.bytes, start) === end ? toNumber(scan.text.slice(start, end)) : Number.NaN;
  if (plain < TWO_53 && plain > -TWO_53) return plain;
  const written = decoded(scan, start, end);
  checkSuffix(scan, start, written);
  const text = decimalComma ? written.replace(",", ".") : written;
  const value = isPythons(scan, text) ? cellProblem(text) : valueOfCell(text, emptyCells, spellPlainly);
  if (value === null) return emptyCells === "refused" ? null : Number.NaN;
  if (typeof value === "object") return fail(scan, start, `${value.message}.`, value.hint, value.code);
  if (/[\d.](?:\s*[-+]\s*|\s+[*/]\s+)-?[\d.]/.test(text))
    scan.remarks.add(`${text.replace(/\s+/g, " ")} read as one cell`);
  return value;
}

/**
 * Whether `//` between integers may be Python's floor division, where 3 // 7 = 0: in a text with commas, or alone in
 * brackets. In Julia it makes a fraction, in lists separated by spaces or after a type.
 */
function isPythons(scan: BracketScan, cell: string): boolean {
  if (scan.form === "Julia literal" || !/\d\s*\/\/\s*\d/.test(cell)) return false;
  scan.mayBePythons ??=
    scan.text.includes(",") || /^[^[]*\[+[^[\]\s]+\s*\/\/\s*[^[\]\s]+\s*\]+\s*;?\s*$/.test(scan.text);
  return scan.mayBePythons;
}

/**
 * Refuses ambiguous suffixes. `1.0f32` is 1.0 in Rust and 10^32 in Julia. `1.0f9` is 10^9 in Julia, but a typing error
 * in C, Go, Java, Rust and lists in braces.
 */
function checkSuffix(scan: BracketScan, start: number, written: string): void {
  const { form = "", text } = scan;
  const [, number, suffix] = /^(.*[\d.])f([-+]?\d+)$/.exec(written) ?? [];
  if (number === undefined) return;
  const isSize = suffix === "32" || suffix === "64";
  if (!isSize && (/^(?:C|Go|Java|Rust) literal$/.test(form) || text.trimStart().startsWith("{"))) {
    const message = `"${shorten(written, 40)}" is not a number.`;
    fail(scan, start, message, "Only Julia allows an exponent after the f.", "NOT_A_NUMBER");
  }
  if (suffix !== "32" || form === "Rust literal" || !/^[-+]?[\d.]+$/.test(number)) return;
  const message = `"${written}" may be ${number} (in Rust) or ${number}e32 (in Julia).`;
  fail(scan, start, message, `Write ${number}, ${number}_f32 or ${number}e32.`, "AMBIGUOUS");
}

/** Spellings of programming languages, and the plain text that replaces them. */
const SPELLINGS: readonly (readonly [written: RegExp, plain: string])[] = [
  // np.sqrt(2), np.True_, float('inf'), Fraction(1, 3)
  [/\b(?:np|numpy|math|torch|jnp|sympy|sp)\.(?=[A-Za-z])/g, ""],
  [/^(True|False)_$/, "$1"],
  [/^float\((['"])(.*)\1\)$/, "$2"],
  [/\b(?:Fraction|Rational)\((-?\d+), ?(\d+)\)/g, "($1/$2)"],
  // Wolfram's 2.`20, 1.*^-7, Sqrt[2]
  [/(?<=[\d.\]])`+[\d.]*/g, ""],
  [/\*\^/g, "e"],
  [/\b(Sqrt|Exp)\[([^[\]]*)\]/g, "$1($2)"],
  [/\bLog\[([^[\]]*)\]/g, "ln($1)"],
  [/\bIndeterminate\b/g, "nan"],
  [/\b(?:Infinity|oo)\b/g, "inf"],
  // number types in 1.0f64, 1.0_dp, 2L, 1.5d; Julia's 1f0; Julia's fraction 1//3
  [/^([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(?:[fF](?:32|64)?|_[A-Za-z]\w*|[LdD])$/, "$1"],
  [/^([-+]?[\d.]*\d)f([-+]?\d+)$/, "$1e$2"],
  [/(?<=\d)\s*\/\/\s*(?=\d)/, "/"],
];

/** Replaces these spellings. A longer text is no number, and the patterns would take long on it. */
const spellPlainly = (text: string): string =>
  text.length > LONGEST
    ? text
    : SPELLINGS.reduce((plain, [written, instead]) => plain.replace(written, instead), text);

/**
 * Returns the end of the cell at the position. White space ends it as in MATLAB, except before or after `*`, `/` and
 * `^`, and around a plus or minus with spaces on both sides: `1 -2` is two cells, `1 - 2` is one.
 */
function cellEnd(scan: BracketScan): number {
  const { text, position: start } = scan;
  let at = start;
  let end = start;
  while (at < text.length) {
    const sign = text[at];
    if (sign === "(" || (sign === "[" && /\w/.test(text[at - 1] ?? ""))) at = end = closing(scan, at);
    else if (sign === " " || sign === "\t") {
      const next = skipBlanks(text, at);
      if (!continues(scan, at) || isComment(scan, start, next)) break;
      at = next;
    } else if (/[,;[\]{})|\r\n]/.test(sign) && !isDecimalComma(scan, at)) break;
    else if (isComment(scan, start, at)) break;
    else end = ++at;
  }
  return end;
}

/**
 * Whether `//` starts a comment here. Between integers it divides (`1//3` in Julia, `7 // 3` in Python). Throws
 * AMBIGUOUS if the integer after it ends the line, because it may then be either.
 */
function isComment(scan: BracketScan, start: number, at: number): boolean {
  const { text } = scan;
  if (!text.startsWith("//", at)) return false;
  if (!/^[-+]?\d+\s*$/.test(text.slice(start, at))) return true;
  const [divisor, ended] = matchAt(scan, DIVISOR, at) ?? [];
  if (ended === undefined) return divisor === undefined;
  const message = `"${text.slice(start, at)}${divisor?.trim()}" may be a fraction, or a number and a comment.`;
  return fail(scan, start, message, "Write / for the fraction, or leave the comment out.", "AMBIGUOUS");
}

/** An integer after `//`, and the line break if it ends the line. */
const DIVISOR = /\/\/[ \t]*\d+(?:[ \t]*([\r\n]))?/y;

/**
 * Whether the white space at a place is part of the cell, because an operator stands before or after it. On a sheet, a
 * dash with spaces around it is a blank cell.
 */
function continues(scan: BracketScan, at: number): boolean {
  const joined = scan.options.emptyCells === "unanswered" ? OPERATION : OPERATION_OR_SIGN;
  return matchAt(scan, joined, at) !== undefined;
}

/** White space after or before an operator. */
const OPERATION = /(?<=[*/^])|(?=[ \t]+[*/^])/y;

/** The same, and white space around a plus or minus with spaces on both sides, if something follows. */
const OPERATION_OR_SIGN =
  /(?<=[*/^])|(?=[ \t]+(?:[*/^]|[-+][ \t]))|(?<=[ \t][-+])(?=[ \t]+[^ \t\r\n,;\]})])/y;

function isDecimalComma({ options, text }: BracketScan, at: number): boolean {
  return options.decimalComma && text[at] === "," && /^\d,\d$/.test(text.slice(at - 1, at + 2));
}

/** Returns the position after the bracket that closes the one at `open`. */
function closing(scan: BracketScan, open: number): number {
  let depth = 0;
  for (let at = open; at < scan.text.length; at++) {
    const sign = scan.text[at];
    if (sign === "(" || sign === "[") depth++;
    else if (sign === ")" || sign === "]") depth--;
    else if (sign === "\n" || sign === ";") break;
    if (depth === 0) return at + 1;
  }
  return refuseOpen(scan, open);
}
