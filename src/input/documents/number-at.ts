import { evaluateArithmetic } from "../../math/arithmetic.js";
import { EXACT_DECIMALS, typedDecimals } from "../../math/written.js";

/** A number, or arithmetic with numbers, at a place in a text. */
interface NumberAt {
  readonly value: number;
  /** Its number of decimals. */
  readonly decimals: number;
  readonly end: number;
}

// Signs beyond ASCII are escaped: raw texts are written in ASCII for the fast start.
// A point that ends a sentence is not part of a number.
const POINT_NUMBER = String.raw`(?:\d+(?:\.\d+|\.(?!\s+\p{L}|\s*$))?|\.\d+)(?:e[-+]?\d+)?`;
const COMMA_NUMBER = String.raw`(?:[1-9]\d{0,2}(?:\.\d{3})+,\d+|\d+(?:,\d+)?|,\d+)(?:e[-+]?\d+)?`;
const THOUSANDS_NUMBER = String.raw`(?:[1-9]\d{0,2}(?:,\d{3})+(?![\d,])(?:\.\d+)?|${POINT_NUMBER})`;

/**
 * The meaning of a comma between digits: it separates two cells (1,5 is 1 and 5), is the decimal comma, or separates
 * thousands (1,024.5).
 */
export type Commas = "cells" | "decimals" | "thousands";

/**
 * Returns the pattern of what may start an operand: a sign, a root, a power, a bracket, or the number itself with a
 * percent sign. `exp` before several numbers is their name.
 */
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

/**
 * What may follow an operand: an opening bracket, a root that is multiplied (2√2), or an operator with equal space on
 * both sides.
 */
const BEHIND = /(?<=[)}])(?=\()|(?=\u221a)|[/\u00f7^]|[-+*\u00b7](?!\s)|[^\S\t]+[-+*\u00b7][^\S\t]+/y;
const CLOSE = /\s*[)}]/y;

/**
 * Reads the number at a place: `0.5`, `3/4`, `1/√2`, `28 %`, `e^0.71`, `1·1 + 0·2`, `-inf`. An operator needs equal
 * space on both sides, so `1 -2` is two numbers. Returns undefined if there is no number.
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

/** Arithmetic as a formula, the numbers in it as written, and where it ends. */
interface Read {
  readonly formula: string;
  readonly numbers: readonly string[];
  readonly end: number;
}

/** Reads operands and operators as far as they continue. */
function chainAt(typed: Typed, at: number, depth = 0): Read | undefined {
  let read = operandAt(typed, at, depth);
  while (read) {
    const sign = matchAt(BEHIND, typed.text, read.end);
    const next = sign && operandAt(typed, read.end + sign[0].length, depth);
    if (!next) break;
    // Adjacent brackets are multiplied, and so are a factor and its root.
    const between = (sign[0].trim() || "*").replace("\u00f7", "/");
    const numbers = [...read.numbers, ...next.numbers];
    read = { formula: read.formula + between + next.formula, numbers, end: next.end };
  }
  return read;
}

/** More brackets, signs and roots inside each other are no arithmetic of a person. Reading them would take long. */
const DEEPEST = 20;

/** Reads a number, arithmetic in brackets, or the operand of a sign, a root or `e^`. */
function operandAt(typed: Typed, at: number, depth: number): Read | undefined {
  const found = depth < DEEPEST ? matchAt(OPERAND[typed.commas], typed.text, at) : undefined;
  if (!found) return undefined;
  const end = at + found[0].length;
  const { sign, root, power, open, infinite, number } = found.groups ?? {};
  if (infinite) return { formula: "inf", numbers: [], end };
  if (number !== undefined) return numberOf(withPoint(number, typed.commas), found.groups ?? {}, end);
  if (open) return inBrackets(typed, end, depth + 1);
  const behind = operandAt(typed, end, depth + 1);
  // −2 has no real root.
  if (!behind || (root && /^[-+]/.test(behind.formula))) return undefined;
  const before = power ? "exp" : root ? "\u221a" : sign;
  return { ...behind, formula: before + behind.formula };
}

/** Writes a number with a decimal point and without separators of thousands. */
const withPoint = (typed: string, commas: Commas): string =>
  commas === "decimals" && typed.includes(",")
    ? typed.replaceAll(".", "").replace(",", ".")
    : typed.replaceAll(",", "");

function numberOf(plain: string, { of, percent }: Readonly<Record<string, string>>, end: number): Read {
  const written = percent ? Number(plain) / 100 : plain;
  return { formula: of ? `exp(${written})` : `${written}`, numbers: [plain], end };
}

function inBrackets(typed: Typed, at: number, depth: number): Read | undefined {
  const inner = chainAt(typed, at, depth);
  const close = inner && matchAt(CLOSE, typed.text, inner.end);
  return close && { ...inner, formula: `(${inner.formula})`, end: inner.end + close[0].length };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

/**
 * Returns the decimals of a result. Arithmetic with whole numbers is exact; with rounded numbers it is as precise as
 * they are.
 */
function decimalsAt(written: string, claims: readonly number[]): number {
  const isPower = /exp|e\s*\^/i.test(written);
  const isAlone = claims.length === 1 && /^[-+]?[\d.,]+(?:[eE][-+]?\d+)?\s?%?$/.test(written);
  if (isAlone) return claims[0] + (written.endsWith("%") ? 2 : 0);
  const most = Math.max(0, ...claims);
  return most === 0 && !isPower ? EXACT_DECIMALS : Math.max(most, isPower ? 2 : 0);
}
