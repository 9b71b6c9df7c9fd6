import { setting } from "../errors.js";
import { plainString } from "./decode.js";
import { evaluateCell } from "./expression.js";
import { toNumber } from "./number.js";

/**
 * Reads one cell: a number, true or false, or undefined for anything else. It reads every spelling of NaN and infinity,
 * typographic minus signs, plain numbers (also Fortran's `1D0`), and arithmetic such as `1/3` and `sqrt(2)`. With
 * `sums` it also reads `1 + sqrt(2)`.
 */
export function readCell(cell: string, sums = false): number | boolean | undefined {
  const text = plainString(cell).trim();
  return readNumber(text) ?? readWord(text) ?? evaluateCell(text, sums);
}

export const PLAIN_NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[ed][-+]?\d+)?$/i;

/** Reads a plain number. Returns undefined for anything else, and for a number beyond the largest double. */
function readNumber(text: string): number | undefined {
  const value = PLAIN_NUMBER.test(text) ? toNumber(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** Reads a word that means a number, true or false. */
export function readWord(text: string): number | boolean | undefined {
  const lower = text.toLowerCase();
  if (lower === "true" || lower === "false") return lower === "true";
  const sign = lower.startsWith("-") ? -1 : 1;
  const word = sign === -1 || lower.startsWith("+") ? lower.slice(1) : lower;
  if (word === "nan") return Number.NaN;
  return word === "inf" || word === "infinity" || word === "∞" ? sign * Number.POSITIVE_INFINITY : undefined;
}

/** The hint for a missing value. */
export const MISSING_HINT = `Write a number there, or read missing values as NaN with ${setting("null")} nan.`;

/**
 * True for a number, or a text that was meant as one (`~1`, `<0.5`, `=A1`, `sqrt(-1)`). Headers and labels do not start
 * like this.
 */
export function startsLikeNumber(cell: string): boolean {
  return readCell(cell) !== undefined || isMeantAsNumber(plainString(cell).trim());
}

/**
 * True for a text that begins like a number but cannot be read, or ends with a bracket around one. The pattern takes
 * 0.25 ms to compile, and most runs do not need it.
 */
function isMeantAsNumber(text: string): boolean {
  return (
    /^(?!\(\d+\))(?:[^\p{L}\p{N}_#]*[\d¼-¾⅐-⅞]|=\w|#(?:N\/|\p{Lu}+[!?/])|[-+]?(?:sqrt|√)\s*\(|[-+]nan|.*[⎡⎢⎣⎤⎥⎦⎛⎜⎝⎞⎟⎠])/u.test(
      text,
    ) ||
    /^[[({]\s*[-+]?\.?\d[^\])}]*$/.test(
      text.slice(Math.max(...Array.from("[({", (sign) => text.lastIndexOf(sign)))),
    )
  );
}

/** A sign that is separated from its number: `- 1`, `√ 2`. */
export const SIGN = /^(?:[-+=~≈<>≤≥±√–—]|sqrt)$/;

export const isSign = (cell: string): boolean => SIGN.test(cell);

/**
 * True for an integer that float64 would change silently, such as 9007199254740993, and for a number beyond the largest
 * double. The digits that a program prints for a double (1152921504606847000 for 2^60) are accepted, so that qkv can
 * read its own output.
 */
export function isRoundedInteger(text: string, value: number): boolean {
  if (!Number.isFinite(value)) return /\d/.test(text);
  if (Math.abs(value) < 2 ** 53 || !/^[-+]?\d+$/.test(text)) return false;
  const digits = text.startsWith("+") ? text.slice(1) : text;
  return BigInt(digits) !== BigInt(value) && digits !== String(value);
}

/** Returns the text, cut to a maximum length for messages. */
export function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
