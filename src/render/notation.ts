import { present } from "../math/lists.js";
import type { Cell, Expression } from "../trace/expression.js";

// Decides how arithmetic is written, in any medium: where parentheses are needed, which sums are folded, what is a
// square. It is the same on a terminal and in a page, where this code also runs.

/**
 * A piece of arithmetic, and its precedence. A piece with lower precedence needs parentheses inside one with higher
 * precedence.
 */
export interface Written<T> {
  readonly text: T;
  readonly precedence: number;
}

export const PRECEDENCE = { sum: 1, product: 2, negative: 3, power: 4, atom: 5 } as const;

/** The medium of arithmetic: plain text, or markup. */
export interface Notation<T> {
  cell(cell: Cell): Written<T>;
  constant(constant: Extract<Expression, { kind: "constant" }>): Written<T>;
  row(...pieces: readonly T[]): T;
  sign(text: string): T;
  name(fn: string): T;
  /** Writes a sign between two terms or factors. */
  infix(text: string): T;
  square(of: T): T;
  quotient(dividend: Expression, divisor: Expression): Written<T>;
  /** Functions that are not written as name(…): roots and powers. */
  readonly calls: Readonly<Record<string, (...args: readonly Expression[]) => Written<T>>>;
  readonly comma: T;
  /** `more` replaces the arguments that are left out, `middle` the middle terms of a sum. */
  more(count: number): T;
  middle(terms: readonly Expression[]): T;
  /** Whether a text begins with a minus, which must not follow another sign directly. */
  isSigned(text: T): boolean;
}

/** A longer sum is folded: it shows the first terms, a text for the middle, and the last term. */
const LONGEST_SUM = 8;
const SHOWN_FIRST = 4;

/** Returns the terms to write. A number means that many terms in the middle. */
export function foldTerms<T>(terms: readonly T[]): readonly (T | number)[] {
  if (terms.length <= LONGEST_SUM) return terms;
  return [...terms.slice(0, SHOWN_FIRST), terms.length - SHOWN_FIRST - 1, ...terms.slice(-1)];
}

const AROUND: Readonly<Record<string, readonly [open: string, close: string]>> = {
  abs: ["|", "|"],
  floor: ["⌊", "⌋"],
};

/** Writes an expression in a notation. */
export function writeIn<T>(notation: Notation<T>, expression: Expression): Written<T> {
  switch (expression.kind) {
    case "cell":
      return notation.cell(expression);
    case "constant":
      return notation.constant(expression);
    case "sum":
      return writeSum(notation, expression.terms);
    case "product":
      return writeProduct(notation, expression.factors);
    case "quotient":
      return notation.quotient(expression.dividend, expression.divisor);
    case "negative":
      return {
        text: notation.row(notation.sign("−"), unsigned(notation, expression.of)),
        precedence: PRECEDENCE.negative,
      };
    case "call": {
      const { fn, args } = expression;
      return (
        notation.calls[fn]?.(...args) ?? { text: writeCall(notation, fn, args), precedence: PRECEDENCE.atom }
      );
    }
  }
}

const within = <T>(notation: Notation<T>, inner: T, [open, close]: readonly [string, string] = ["(", ")"]) =>
  notation.row(notation.sign(open), inner, notation.sign(close));

/** Writes a part. It gets parentheses if its precedence is below `least`. */
export function parenthesized<T>(notation: Notation<T>, expression: Expression, least: number): T {
  const written = writeIn(notation, expression);
  return written.precedence >= least ? written.text : within(notation, written.text);
}

/** Writes what follows a sign: −a·b, but −(a + b) and −(−a). */
function unsigned<T>(notation: Notation<T>, expression: Expression) {
  const text = parenthesized(notation, expression, PRECEDENCE.product);
  return notation.isSigned(text) ? within(notation, text) : text;
}

function writeSum<T>(notation: Notation<T>, terms: readonly Expression[]) {
  if (terms.length === 0) return notation.constant({ kind: "constant", value: 0 });
  if (terms.length === 1) return writeIn(notation, terms[0]);
  const pieces = foldTerms(terms).flatMap((term, at) => {
    if (typeof term === "number") return [notation.infix("+"), notation.middle(terms.slice(SHOWN_FIRST, -1))];
    if (at === 0) return [parenthesized(notation, term, PRECEDENCE.product)];
    return term.kind === "negative"
      ? [notation.infix("−"), unsigned(notation, term.of)]
      : [notation.infix("+"), unsigned(notation, term)];
  });
  return { text: notation.row(...pieces), precedence: PRECEDENCE.sum };
}

/** Writes a·b·(c + d), and σ² for a number that is multiplied by itself. Equal numbers of two matrices stay 2·2. */
function writeProduct<T>(notation: Notation<T>, factors: readonly Expression[]) {
  const pieces: T[] = [];
  for (let at = 0; at < factors.length; at++) {
    const factor = factors[at];
    const isFirst = at === 0;
    if (!isFirst) pieces.push(notation.infix("·"));
    if (at + 1 < factors.length && isSameNumber(factor, factors[at + 1])) {
      const text = parenthesized(notation, factor, PRECEDENCE.atom);
      pieces.push(notation.square(factor.kind === "call" ? within(notation, text) : text));
      at++;
    } else pieces.push(parenthesized(notation, factor, isFirst ? PRECEDENCE.product : PRECEDENCE.power));
  }
  return { text: pieces.length === 1 ? pieces[0] : notation.row(...pieces), precedence: PRECEDENCE.product };
}

function writeCall<T>(notation: Notation<T>, fn: string, args: readonly Expression[]) {
  const listed = foldTerms(args).flatMap((arg, at) =>
    present([
      at !== 0 && notation.comma,
      typeof arg === "number" ? notation.more(arg) : writeIn(notation, arg).text,
    ]),
  );
  const inner = notation.row(...listed);
  const around = AROUND[fn];
  return around ? within(notation, inner, around) : notation.row(notation.name(fn), within(notation, inner));
}

function isSameNumber(a: Expression, b: Expression) {
  if (a.kind === "cell" && b.kind === "cell")
    return a.input === b.input && a.row === b.row && a.col === b.col;
  return (
    a === b || (a.kind === "constant" && b.kind === "constant" && a.name !== undefined && a.name === b.name)
  );
}
