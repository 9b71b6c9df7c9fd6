import { evaluateArithmetic } from "../../math/arithmetic.js";
import { EXACT_DECIMALS, typedDecimals } from "../../math/written.js";

/** A number, or arithmetic of numbers, that stands at a place of a text. */
export interface NumberAt {
  readonly value: number;
  /** The decimals that it claims. */
  readonly decimals: number;
  readonly end: number;
}

// Signs beyond ASCII are escaped: raw texts are written in ASCII for the fast start.
// A point that ends a sentence is none of a number.
const POINT_NUMBER = String.raw`(?:\d+(?:\.\d+|\.(?!\s+\p{L}|\s*$))?|\.\d+)(?:e[-+]?\d+)?`;
const COMMA_NUMBER = String.raw`(?:[1-9]\d{0,2}(?:\.\d{3})+,\d+|\d+(?:,\d+)?|,\d+)(?:e[-+]?\d+)?`;
const THOUSANDS_NUMBER = String.raw`(?:[1-9]\d{0,2}(?:,\d{3})+(?![\d,])(?:\.\d+)?|${POINT_NUMBER})`;

/** What a comma between digits is: it parts two cells (1,5 is 1 and 5), is the decimal comma, or parts thousands (1,024.5). */
export type Commas = "cells" | "decimals" | "thousands";

/** What stands before a number, up to it, or the number itself with its percent sign. Before several numbers `exp` is their name. */
const operandOf = (number: string) =>
  new RegExp(
    String.raw`(?<sign>[-+])(?=[\d.\u221a(\u221e]|,\d|sqrt|e\^|exp\(|inf)|(?<root>(?:\u221a|(?:sqrt|wurzel)(?=\s*[(\d]))\s*)|(?<power>(?:e\s*\^|exp)\s*(?=[({]))|(?<open>[({]\s*)|(?<infinite>(?:inf(?:inity)?|\u221e)(?![\p{L}\d]))|(?<of>(?:e\s*\^|exp[^\S\t]+(?![\d.]+,?[^\S\t]+[-+]?[\d.]))\s*)?(?<number>[-+]?${number})(?<percent>\s?%)?`,
    "iuy",
  );
const OPERAND: Readonly<Record<Commas, RegExp>> = {
  cells: operandOf(POINT_NUMBER),
  decimals: operandOf(COMMA_NUMBER),
  thousands: operandOf(THOUSANDS_NUMBER),
};

/** What stands behind an operand: a bracket that opens behind one, a root that it is a factor of (2√2), or a sign with equal space on both sides. */
const BEHIND = /(?<=[)}])(?=\()|(?=\u221a)|[/\u00f7^]|[-+*\u00b7](?!\s)|[^\S\t]+[-+*\u00b7][^\S\t]+/y;
const CLOSE = /\s*[)}]/y;

/**
 * The number at a place: `0.5`, `3/4`, `1/√2`, `28 %`, `e^0.71`, `1·1 + 0·2`, `-inf`. A sign between two numbers has equal space on both
 * sides, so that `1 -2` is two of them. Undefined where none stands.
 */
export function numberAt(text: string, at: number, commas: Commas): NumberAt | undefined {
  const found = chainAt({ text, commas }, at);
  if (!found) return undefined;
  const { formula, numbers, end } = found;
  const value = evaluateArithmetic(formula);
  if (Number.isNaN(value) || (numbers.length === 0 && Number.isFinite(value))) return undefined;
  return { value, decimals: decimalsAt(text.slice(at, end), numbers.map(typedDecimals)), end };
}

interface Typed {
  readonly text: string;
  readonly commas: Commas;
}

/** Arithmetic in a form that can be evaluated, the numbers in it as they are written, and where it ends. */
interface Read {
  readonly formula: string;
  readonly numbers: readonly string[];
  readonly end: number;
}

/** Operands and the signs between them, as far as they go on. */
function chainAt(typed: Typed, at: number): Read | undefined {
  let read = operandAt(typed, at);
  while (read) {
    const sign = matchAt(BEHIND, typed.text, read.end);
    const next = sign && operandAt(typed, read.end + sign[0].length);
    if (!next) break;
    // Brackets behind each other, and a root behind its factor, are multiplied.
    const between = (sign[0].trim() || "*").replace("\u00f7", "/");
    const numbers = [...read.numbers, ...next.numbers];
    read = { formula: read.formula + between + next.formula, numbers, end: next.end };
  }
  return read;
}

/** A number, arithmetic in brackets, or what is behind a sign, a root or `e^`. */
function operandAt(typed: Typed, at: number): Read | undefined {
  const found = matchAt(OPERAND[typed.commas], typed.text, at);
  if (!found) return undefined;
  const end = at + found[0].length;
  const { sign, root, power, open, infinite, number } = found.groups ?? {};
  if (infinite) return { formula: "inf", numbers: [], end };
  if (number !== undefined) return numberOf(withPoint(number, typed.commas), found.groups ?? {}, end);
  if (open) return inBrackets(typed, end);
  const behind = operandAt(typed, end);
  // There is no root of −2.
  if (!behind || (root && /^[-+]/.test(behind.formula))) return undefined;
  const before = power ? "exp" : root ? "\u221a" : sign;
  return { ...behind, formula: before + behind.formula };
}

/** A number with the point before its decimals, and no thousands apart. */
const withPoint = (typed: string, commas: Commas): string =>
  commas === "decimals" && typed.includes(",")
    ? typed.replaceAll(".", "").replace(",", ".")
    : typed.replaceAll(",", "");

function numberOf(plain: string, { of, percent }: Readonly<Record<string, string>>, end: number): Read {
  const written = percent ? Number(plain) / 100 : plain;
  return { formula: of ? `exp(${written})` : `${written}`, numbers: [plain], end };
}

function inBrackets(typed: Typed, at: number): Read | undefined {
  const inner = chainAt(typed, at);
  const close = inner && matchAt(CLOSE, typed.text, inner.end);
  return close && { ...inner, formula: `(${inner.formula})`, end: inner.end + close[0].length };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

/** Arithmetic of whole numbers is exact; of rounded ones it is as precise as they are. */
function decimalsAt(written: string, claims: readonly number[]): number {
  const isPower = /exp|e\s*\^/i.test(written);
  const isAlone = claims.length === 1 && /^[-+]?[\d.,]+(?:[eE][-+]?\d+)?\s?%?$/.test(written);
  if (isAlone) return claims[0] + (written.endsWith("%") ? 2 : 0);
  const most = Math.max(0, ...claims);
  return most === 0 && !isPower ? EXACT_DECIMALS : Math.max(most, isPower ? 2 : 0);
}
