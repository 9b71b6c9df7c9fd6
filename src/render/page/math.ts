import type { Cell, Expression } from "../../trace/expression.js";
import type { Markup } from "./markup.js";

// Arithmetic as MathML. The same code runs where a page is written and in the page.

/** How the leaves of an expression are written. */
export interface MathView {
  /** A cell, or what it was made of. */
  readonly cell: (cell: Cell) => Written;
  readonly number: (value: number) => string;
}

/** A piece of mathematics, and how tightly it holds together: a looser one needs parentheses in a tighter one. */
export interface Written {
  readonly markup: Markup;
  readonly tightness: number;
}

export const TIGHTNESS = { sum: 1, product: 2, fraction: 3, negative: 3, power: 4, atom: 5 } as const;

/** A sum of more terms is folded: its first ones, dots, and the last. */
const MOST_TERMS = 7;
const FIRST_TERMS = 5;

export const row = (...kids: readonly Markup[]): Markup => ["mrow", undefined, ...kids];
export const sign = (text: string): Markup => ["mo", undefined, text];
/** A sign between two terms, with a little air around it. */
const between = (text: string): Markup => ["mo", { lspace: "0.22em", rspace: "0.22em" }, text];
export const equals: Markup = between("=");
export const words = (text: string): Markup => ["mtext", undefined, text];
const identifier = (text: string): Markup => ["mi", undefined, text];

const atom = (markup: Markup): Written => ({ markup, tightness: TIGHTNESS.atom });

/** A cell by the letter of its matrix, with what names its row and column below. */
export const cellName = (symbol: Markup, hue: string, below: string): Markup => [
  "msub",
  undefined,
  hue === "" ? symbol : ["mrow", { class: hue }, symbol],
  ["mtext", undefined, below],
];

/** A number as it is printed, with the minus of mathematics. */
export const minus = (text: string): string => text.replaceAll("-", "−");

/** A number; a negative one needs parentheses behind a sign. */
export function writtenNumber(text: string, attributes?: Readonly<Record<string, string>>): Written {
  const markup: Markup = ["mn", attributes, minus(text)];
  return { markup, tightness: /^[-−]/.test(text) ? TIGHTNESS.negative : TIGHTNESS.atom };
}

/** An expression as mathematics. */
export function mathOf(expression: Expression, view: MathView): Written {
  switch (expression.kind) {
    case "cell":
      return view.cell(expression);
    case "constant":
      return writtenConstant(expression.text ?? view.number(expression.value));
    case "sum":
      return sumOf(expression.terms, view);
    case "product":
      return productOf(expression.factors, view);
    case "quotient": {
      const [above, below] = [expression.dividend, expression.divisor].map(
        (part) => mathOf(part, view).markup,
      );
      return { markup: ["mfrac", undefined, above, below], tightness: TIGHTNESS.fraction };
    }
    case "negative":
      return {
        markup: row(sign("−"), held(expression.of, view, TIGHTNESS.product)),
        tightness: TIGHTNESS.negative,
      };
    case "call":
      return callOf(expression.fn, expression.args, view);
  }
}

/** A constant by its digits or its name: 1/√4 is a fraction, and a reason stands in words. */
function writtenConstant(text: string): Written {
  if (/^[-−]?[\d.]+(e[-−]?\d+)?$/.test(text) || /^[-−]?∞$/.test(text)) return writtenNumber(text);
  const [, above, root, below] = /^(\d+)\/(√?)(\d+)$/.exec(text) ?? [];
  if (below === undefined) return { markup: words(text), tightness: TIGHTNESS.sum };
  const number: Markup = ["mn", undefined, below];
  const divisor: Markup = root === "" ? number : ["msqrt", undefined, number];
  return { markup: ["mfrac", undefined, ["mn", undefined, above], divisor], tightness: TIGHTNESS.fraction };
}

function inParentheses(markup: Markup): Markup {
  return row(sign("("), markup, sign(")"));
}

function held(expression: Expression, view: MathView, tightness: number): Markup {
  const written = mathOf(expression, view);
  return written.tightness >= tightness ? written.markup : inParentheses(written.markup);
}

/** What is written of a long list; a number stands for that many left out. */
function foldedTo<T>(list: readonly T[]): readonly (T | number)[] {
  if (list.length <= MOST_TERMS) return list;
  return [...list.slice(0, FIRST_TERMS), list.length - FIRST_TERMS - 1, ...list.slice(-1)];
}

function sumOf(terms: readonly Expression[], view: MathView): Written {
  if (terms.length === 0) return atom(["mn", undefined, "0"]);
  if (terms.length === 1) return mathOf(terms[0], view);
  const kids = foldedTo(terms).flatMap((term, at): Markup[] => {
    if (typeof term === "number") return [between("+"), sign("⋯")];
    if (at === 0) return [held(term, view, TIGHTNESS.product)];
    if (term.kind === "negative") return [between("−"), held(term.of, view, TIGHTNESS.power - 1)];
    const written = mathOf(term, view);
    const isLoose = written.tightness < TIGHTNESS.product || beginsWithMinus(written.markup);
    return [between("+"), isLoose ? inParentheses(written.markup) : written.markup];
  });
  return { markup: row(...kids), tightness: TIGHTNESS.sum };
}

const beginsWithMinus = (markup: Markup): boolean =>
  typeof markup === "string"
    ? markup.startsWith("−")
    : markup[0] !== "mfrac" && markup.length > 2 && beginsWithMinus(markup[2] as Markup);

/** a·b, and a² for a number times itself; equal numbers of two matrices stay 2·2. */
function productOf(factors: readonly Expression[], view: MathView): Written {
  const kids: Markup[] = [];
  for (let at = 0; at < factors.length; at++) {
    const isSquare = at + 1 < factors.length && isSameCell(factors[at], factors[at + 1]);
    const tightness = isSquare ? TIGHTNESS.atom : kids.length === 0 ? TIGHTNESS.product : TIGHTNESS.power;
    const written = mathOf(factors[at], view);
    const isFree = written.tightness >= tightness || written.tightness === TIGHTNESS.fraction;
    const factor =
      isFree && !beginsWithMinus(written.markup) ? written.markup : inParentheses(written.markup);
    if (kids.length > 0) kids.push(between("·"));
    kids.push(isSquare ? ["msup", undefined, factor, ["mn", undefined, "2"]] : factor);
    if (isSquare) at++;
  }
  return { markup: kids.length === 1 ? kids[0] : row(...kids), tightness: TIGHTNESS.product };
}

const isSameCell = (a: Expression, b: Expression): boolean =>
  a === b ||
  (a.kind === "cell" && b.kind === "cell" && a.input === b.input && a.row === b.row && a.col === b.col);

function callOf(fn: string, args: readonly Expression[], view: MathView): Written {
  const inner = (at: number) => mathOf(args[at], view).markup;
  if (fn === "exp") return power(identifier("e"), inner(0));
  if (fn === "sqrt") return atom(["msqrt", undefined, inner(0)]);
  if (fn === "pow") return power(held(args[0], view, TIGHTNESS.atom), inner(1));
  if (fn === "abs") return atom(row(sign("|"), inner(0), sign("|")));
  if (fn === "floor") return atom(row(sign("⌊"), inner(0), sign("⌋")));
  const listed = foldedTo(args).flatMap((arg, at): Markup[] => [
    ...(at === 0 ? [] : [sign(",")]),
    typeof arg === "number" ? sign("…") : mathOf(arg, view).markup,
  ]);
  return atom(row(identifier(fn), sign("("), ...listed, sign(")")));
}

const power = (base: Markup, exponent: Markup): Written => ({
  markup: ["msup", undefined, base, exponent],
  tightness: TIGHTNESS.power,
});
