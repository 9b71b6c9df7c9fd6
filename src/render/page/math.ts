import type { Cell, Expression } from "../../trace/expression.js";
import { type Notation, PRECEDENCE, parenthesized, type Written, writeIn } from "../notation.js";
import type { Markup } from "./markup.js";

// Writes arithmetic as MathML. The same code writes a page and runs in it.

/** A piece of mathematics, with its precedence. */
export type WrittenMath = Written<Markup>;

/** How the leaves of an expression are written. */
export interface MathView {
  /** Writes a cell, or the arithmetic of the cell. */
  readonly cell: (cell: Cell) => WrittenMath;
  readonly number: (value: number) => string;
}

export const row = (...kids: readonly Markup[]): Markup => ["mrow", undefined, ...kids];
export const sign = (text: string): Markup => ["mo", undefined, text];
/** Writes a sign between two terms, with a little space around it. */
const infix = (text: string): Markup => ["mo", { lspace: "0.22em", rspace: "0.22em" }, text];
export const equals: Markup = infix("=");
export const words = (text: string): Markup => ["mtext", undefined, text];
const identifier = (text: string): Markup => ["mi", undefined, text];

/** Names a cell by the letter of its matrix, with its row and column below. */
export const cellName = (symbol: Markup, hue: string, below: string): Markup => [
  "msub",
  undefined,
  hue === "" ? symbol : ["mrow", { class: hue }, symbol],
  ["mtext", undefined, below],
];

/** Replaces hyphens by mathematical minus signs. */
export const minus = (text: string): string => text.replaceAll("-", "−");

/** Writes a number. A negative one needs parentheses after a sign. */
export function writtenNumber(text: string, attributes?: Readonly<Record<string, string>>): WrittenMath {
  const number: Markup = ["mn", attributes, minus(text)];
  return { text: number, precedence: /^[-−]/.test(text) ? PRECEDENCE.negative : PRECEDENCE.atom };
}

/** Writes an expression as mathematics. */
export function mathOf(expression: Expression, view: MathView): WrittenMath {
  const inner = (part: Expression) => writeIn(notation, part).text;
  const notation: Notation<Markup> = {
    cell: view.cell,
    constant: ({ text, value }) => writtenConstant(text ?? view.number(value)),
    row,
    sign,
    name: identifier,
    infix,
    square: (of) => ["msup", undefined, of, ["mn", undefined, "2"]],
    quotient: (dividend, divisor) => tight(["mfrac", undefined, inner(dividend), inner(divisor)]),
    calls: {
      exp: (x) => tight(["msup", undefined, identifier("e"), inner(x)]),
      sqrt: (x) => ({ text: ["msqrt", undefined, inner(x)], precedence: PRECEDENCE.atom }),
      pow: (base, exponent) =>
        tight(["msup", undefined, parenthesized(notation, base, PRECEDENCE.atom), inner(exponent)]),
    },
    comma: sign(","),
    more: () => sign("…"),
    middle: () => sign("⋯"),
    isSigned: beginsWithMinus,
  };
  return writeIn(notation, expression);
}

/** Needs no parentheses among factors, but needs them as the base of a power. */
const tight = (text: Markup): WrittenMath => ({ text, precedence: PRECEDENCE.power });

/** Writes a constant by its digits or its name: 1/√4 becomes a fraction, and a reason stays in words. */
function writtenConstant(text: string): WrittenMath {
  if (/^[-−]?[\d.]+(e[-−]?\d+)?$/.test(text) || /^[-−]?∞$/.test(text)) return writtenNumber(text);
  const [, above, root, below] = /^(\d+)\/(√?)(\d+)$/.exec(text) ?? [];
  if (below === undefined) return { text: words(text), precedence: PRECEDENCE.sum };
  const number: Markup = ["mn", undefined, below];
  const divisor: Markup = root === "" ? number : ["msqrt", undefined, number];
  return tight(["mfrac", undefined, ["mn", undefined, above], divisor]);
}

const beginsWithMinus = (markup: Markup): boolean =>
  typeof markup === "string"
    ? markup.startsWith("−")
    : markup[0] !== "mfrac" && markup.length > 2 && beginsWithMinus(markup[2] as Markup);
