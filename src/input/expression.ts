import { evaluateArithmetic } from "../math/arithmetic.js";

/** The maximum length of a cell. A person does not type longer ones. */
const LONGEST = 200;

/**
 * Computes the value of a cell such as `1/3`, `√2`, `sqrt(2)/2`, `2·10⁻³` or `½`. Returns undefined if it is not
 * arithmetic, or the result is NaN. Sums and separated signs are read only with `sums`: in a table of numbers `10-20`
 * is a range or a mistake.
 */
export function evaluateCell(text: string, sums: boolean): number | undefined {
  if (text.length > LONGEST) return undefined;
  const lower = text.toLowerCase();
  if (!/^(?:sqrt|exp|ln|pi|inf|[-+\d.()*/^√π∞×·⋅\s]|e[-+]?\d|[⁰¹²³⁴-⁹⁻]|[¼-¾⅐-⅞])+$/.test(lower))
    return undefined;
  if (isSlip(text.trim()) || (!sums && (/^\s*[-+]\s/.test(text) || hasSum(text)))) return undefined;
  const plain = spellPlainly(text);
  const decimal = withExponent(plain);
  // 1.1·10³ is exactly 1100, not 1.1 times a rounded power.
  const value = decimal === undefined ? evaluate(plain) : Number(decimal);
  // A division by zero is a mistake.
  return Number.isNaN(value) || (!Number.isFinite(value) && !/inf|∞/.test(lower)) ? undefined : value;
}

/** Writes `1.1·10³` as `1.1e3`. Returns undefined for anything else. */
export function decimalWithExponent(text: string): string | undefined {
  return withExponent(spellPlainly(text));
}

/**
 * True if arithmetic is more likely a typing mistake:
 * - a date, two divisions in a row (`1/2/3`), or Python's `3 // 7`, which is 0 (but Julia prints fractions as 3//7);
 * - two signs in a row or around a parenthesis (`-(-1)`), or a plus or zeros after an operator;
 * - unequal white space around an operator (`33 -628` lacks a separator), or a line break;
 * - a middle point without a power of ten (`1·104`, `4·81`);
 * - two root signs in a row, or a root sign before a point;
 * - a power of plain numbers with white space around the operator, or a power after an operator and a sign (`9^-8^4`),
 * which languages read in two ways;
 * - a sum of plain numbers without white space (`20-6`), which people would add themselves.
 */
const isSlip = (text: string): boolean =>
  SLIPS.some((slip) => slip.test(text)) || (/^[-+\d.e*^¼-¾⅐-⅞]+$/i.test(text) && hasSum(text));

const SLIPS: readonly RegExp[] = [
  /^[-+]?[\d.]+(?:[-/]|\/\/)[-+]?[\d.]+(?:[-/]|\/\/)[-+]?[\d.]+$/,
  /\/[^/()*]+\/+[^/()]/,
  /[-+]\s*[-+]|^[-+]\s*\([-+\d.\s]*\)$/,
  /(?<=[^\s(√*/^·×⋅+-])(?<!\d\.?e)(\s*)(?:\*\*|[-+^·×⋅]|[*/](?![*/]))(?!\1\S)/i,
  /\s\/\/|\/\/\s/,
  /√[\s√.]/,
  /[\d.]\s+(?:\^|\*\*)\s+-?[\d.]|[\d.]\s{2,}[*/]\s{2,}[\d.]/,
  /[\r\n]/,
  /[·×⋅]\s*(?!10\s*[\^⁰¹²³⁴-⁹⁻])[-+\d.*·×⋅]|\*\s*[·×⋅]/,
  /[*/^·×⋅]\s*(?:[-+][\d.]+\s*\^|\+|-?0\d)/,
  /\d[¼-¾⅐-⅞]\s*[*/^]|[*/^]\s*\d+[¼-¾⅐-⅞]/,
  /^[-+]?0\d+[*/^·×⋅\s]/,
];

function withExponent(plain: string): string | undefined {
  const [, digits, power] = /^\s*([-+]?[\d.]+)\s*\*\s*10\s*\^\s*\(?([-+]?\d+)\)?\s*$/.exec(plain) ?? [];
  return digits === undefined ? undefined : `${digits}e${power}`;
}

/** Returns the value of arithmetic, or NaN if it is none: `1 2 3`, `(1`. */
export function evaluate(text: string, names?: Readonly<Record<string, number>>): number {
  try {
    return evaluateArithmetic(text, names);
  } catch (error) {
    if (error instanceof RangeError) return Number.NaN;
    throw error;
  }
}

/**
 * True for a plus or minus between two terms outside parentheses. The sign of a number or an exponent does not count.
 */
function hasSum(text: string): boolean {
  if (!/.[-+]/s.test(text)) return false;
  let depth = 0;
  let before = "";
  for (const sign of text.replace(/([\d.]e)[-+]/gi, "$1").replace(/\s+/g, "")) {
    if (sign === "(") depth++;
    else if (sign === ")") depth--;
    else if ((sign === "-" || sign === "+") && depth === 0 && /[^-+*/^(√]/.test(before)) return true;
    before = sign;
  }
  return false;
}

/**
 * Writes `10⁻³` as `10^(-3)`, `½` as `(1/2)`, `1½` as `((1*2+1)/2)`, Julia's `1//3` as `1/3`, and each operator in one
 * way.
 */
function spellPlainly(text: string): string {
  return text
    .replace(/(?<![\d.])(\d+)([¼-¾⅐-⅞])/g, (_, whole: string, part: string) => {
      const [above, below] = part.normalize("NFKC").split("⁄");
      return `((${whole}*${below}+${above})/${below})`;
    })
    .replace(/⁻?[⁰¹²³⁴-⁹]+|[¼-¾⅐-⅞]|[×·⋅]|\/\//g, (found) => {
      if (found === "//") return "/";
      if (/[×·⋅]/.test(found)) return "*";
      const plain = found.normalize("NFKC").replace("−", "-").replace("⁄", "/");
      return plain.includes("/") ? `(${plain})` : `^(${plain})`;
    })
    .toLowerCase();
}
