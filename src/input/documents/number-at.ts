import { evaluateArithmetic } from "../../math/arithmetic.js";
import { decimalsOf, EXACT_DECIMALS } from "../../math/written.js";

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

/** What stands behind a number: a bracket that closes, one that opens behind it, a root that it is a factor of (2√2), or a sign with equal space on both sides. */
const BEHIND =
  /(?<close>\s*[)}])|(?<=[)}])(?=\()|(?=\u221a)|[/\u00f7^]|[-+*\u00b7](?!\s)|[^\S\t]+[-+*\u00b7][^\S\t]+/y;

/**
 * The number at a place: `0.5`, `3/4`, `1/√2`, `28 %`, `e^0.71`, `1·1 + 0·2`, `-inf`. A sign between two numbers has equal space on both
 * sides, so that `1 -2` is two of them. Undefined where none stands.
 */
export function numberAt(text: string, at: number, commas: Commas): NumberAt | undefined {
  const toPoint = (typed: string) =>
    commas === "decimals" && typed.includes(",")
      ? typed.replaceAll(".", "").replace(",", ".")
      : typed.replaceAll(",", "");
  const plain: string[] = [];
  let [formula, depth, isOperand] = ["", 0, true];
  /** The longest arithmetic that leaves no bracket open. */
  let whole = { formula: "", end: at, count: 0 };
  for (let end = at; ; ) {
    const pattern = isOperand ? OPERAND[commas] : BEHIND;
    pattern.lastIndex = end;
    const found = pattern.exec(text);
    const { sign, root, power, open, infinite, number, of, percent, close } = found?.groups ?? {};
    // There is no root of −2.
    if (!found || (close && depth === 0) || (sign && formula.endsWith("\u221a"))) break;
    end = pattern.lastIndex;
    if (number !== undefined) {
      const typed = toPoint(number);
      plain.push(typed);
      const written = percent ? Number(typed) / 100 : typed;
      formula += of ? `exp(${written})` : written;
    } else if (infinite) formula += "inf";
    else if (power) formula += "exp";
    else if (root) formula += "\u221a";
    else if (open) formula += "(";
    else if (close) formula += ")";
    else formula += (sign ?? (found[0].trim() || "*")).replace("\u00f7", "/");
    depth += open ? 1 : close ? -1 : 0;
    isOperand = isOperand ? number === undefined && !infinite : !close;
    if (!isOperand && depth === 0) whole = { formula, end, count: plain.length };
  }
  if (whole.formula === "") return undefined;
  const value = evaluateArithmetic(whole.formula);
  if (Number.isNaN(value) || (whole.count === 0 && Number.isFinite(value))) return undefined;
  const claims = plain.slice(0, whole.count).map(decimalsOf);
  return { value, decimals: decimalsAt(text.slice(at, whole.end), claims), end: whole.end };
}

/** Arithmetic of whole numbers is exact; of rounded ones it is as precise as they are. */
function decimalsAt(written: string, claims: readonly number[]): number {
  const isPower = /exp|e\s*\^/i.test(written);
  const isAlone = claims.length === 1 && /^[-+]?[\d.,]+(?:[eE][-+]?\d+)?\s?%?$/.test(written);
  if (isAlone) return claims[0] + (written.endsWith("%") ? 2 : 0);
  const most = Math.max(0, ...claims);
  return most === 0 && !isPower ? EXACT_DECIMALS : Math.max(most, isPower ? 2 : 0);
}
