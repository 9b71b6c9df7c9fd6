import { evaluateArithmetic } from "../math/arithmetic.js";

/** What is longer is no cell that a person typed. */
const LONGEST = 200;

/**
 * What a cell such as `1/3`, `√2`, `sqrt(2)/2`, `2·10⁻³` or `½` comes to; undefined when it is no arithmetic, or comes
 * to NaN. Sums, and signs set apart, are read only when asked for: in a table of numbers `10-20` is a range, or a slip.
 */
export function evaluateCell(text: string, sums: boolean): number | undefined {
  if (text.length > LONGEST || (!sums && !mayCompute(text))) return undefined;
  const lower = text.toLowerCase();
  if (!/^(?:sqrt|exp|ln|pi|inf|[-+\d.()*/^√π∞×·⋅\s]|e[-+]?\d|[⁰¹²³⁴-⁹⁻]|[¼-¾⅐-⅞])+$/.test(lower))
    return undefined;
  if (isSlip(text.trim()) || (!sums && (/^\s*[-+]\s/.test(text) || hasSum(text)))) return undefined;
  const plain = spellPlainly(text);
  const decimal = withExponent(plain);
  // 1.1·10³ is 1100, not 1.1 times a power that was rounded before.
  const value = decimal === undefined ? evaluate(plain) : Number(decimal);
  // A division by zero is a slip.
  return Number.isNaN(value) || (!Number.isFinite(value) && !/inf|∞/.test(lower)) ? undefined : value;
}

/** `1.1·10³` as `1.1e3`; undefined for anything else. */
export function decimalWithExponent(text: string): string | undefined {
  return withExponent(spellPlainly(text));
}

/**
 * True where arithmetic is rather what a slip left: a date, Python's `3 // 7`, which is 0 (Julia prints 3//7), two divisions in a row (`1/2/3`), signs that stand twice or around a parenthesis (`-(-1)`), a plus or zeros behind an operation, an operation with more white space on one
 * side of its sign (`33 -628` lacks a separator), a line break inside, a point in the middle that
 * is no power of ten (`1·104`, `4·81`), a root sign that stands twice or before a point, a power of plain numbers with white space between them, a power behind a sign behind an operation (`9^-8^4`), which languages read in two ways, and a sum of plain
 * numbers without white space (`20-6`), which nobody leaves to others to add.
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

/** True when a sign of arithmetic stands in it: most cells are numbers or words, and a pattern takes longer to say no. */
function mayCompute(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (
      code > 127 ||
      code === 40 /* ( */ ||
      code === 42 /* * */ ||
      code === 47 /* / */ ||
      code === 94 /* ^ */
    )
      return true;
  }
  return text.length <= 3 && text.toLowerCase().endsWith("pi");
}

function evaluate(text: string): number {
  try {
    return evaluateArithmetic(text);
  } catch (error) {
    if (error instanceof RangeError) return Number.NaN;
    throw error;
  }
}

/** True for a plus or minus between two terms outside parentheses; not for the sign of a number or an exponent. */
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

/** `10⁻³` as `10^(-3)`, `½` as `(1/2)`, `1½` as `((1*2+1)/2)`, Julia's `1//3` as `1/3`, and one sign for each operation. */
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
