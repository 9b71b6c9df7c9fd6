import type { Cell, Expression } from "../trace/expression.js";

// Decides how arithmetic is written, in any medium: where parentheses are needed, which sums are folded, what is a
// square. It is the same on a terminal and in a page, where this code also runs.

/**
 * A piece of arithmetic, and its precedence. A piece with lower precedence needs parentheses inside one with higher
 * precedence.
 */
export interface Written<T> {
  readonly text: T;
  readonly tightness: number;
}

export const TIGHTNESS = { sum: 1, product: 2, negative: 3, power: 4, atom: 5 } as const;

/** The medium of arithmetic: plain text, or markup. */
export interface Notation<T> {
  cell(cell: Cell): Written<T>;
  constant(constant: Extract<Expression, { kind: "constant" }>): Written<T>;
  row(...pieces: readonly T[]): T;
  sign(text: string): T;
  name(fn: string): T;
  /** Writes a sign between two terms or factors. */
  between(text: string): T;
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
export function writeIn<T>(by: Notation<T>, expression: Expression): Written<T> {
  switch (expression.kind) {
    case "cell":
      return by.cell(expression);
    case "constant":
      return by.constant(expression);
    case "sum":
      return writeSum(by, expression.terms);
    case "product":
      return writeProduct(by, expression.factors);
    case "quotient":
      return by.quotient(expression.dividend, expression.divisor);
    case "negative":
      return { text: by.row(by.sign("−"), unsigned(by, expression.of)), tightness: TIGHTNESS.negative };
    case "call": {
      const { fn, args } = expression;
      return by.calls[fn]?.(...args) ?? { text: writeCall(by, fn, args), tightness: TIGHTNESS.atom };
    }
  }
}

const within = <T>(by: Notation<T>, inner: T, [open, close]: readonly [string, string] = ["(", ")"]): T =>
  by.row(by.sign(open), inner, by.sign(close));

/** Writes a part. It gets parentheses if its precedence is below `tightness`. */
export function held<T>(by: Notation<T>, expression: Expression, tightness: number): T {
  const written = writeIn(by, expression);
  return written.tightness >= tightness ? written.text : within(by, written.text);
}

/** Writes what follows a sign: −a·b, but −(a + b) and −(−a). */
function unsigned<T>(by: Notation<T>, expression: Expression): T {
  const text = held(by, expression, TIGHTNESS.product);
  return by.isSigned(text) ? within(by, text) : text;
}

function writeSum<T>(by: Notation<T>, terms: readonly Expression[]): Written<T> {
  if (terms.length === 0) return by.constant({ kind: "constant", value: 0 });
  if (terms.length === 1) return writeIn(by, terms[0]);
  const pieces = foldTerms(terms).flatMap((term, at) => {
    if (typeof term === "number") return [by.between("+"), by.middle(terms.slice(SHOWN_FIRST, -1))];
    if (at === 0) return [held(by, term, TIGHTNESS.product)];
    return term.kind === "negative"
      ? [by.between("−"), unsigned(by, term.of)]
      : [by.between("+"), unsigned(by, term)];
  });
  return { text: by.row(...pieces), tightness: TIGHTNESS.sum };
}

/** Writes a·b·(c + d), and σ² for a number that is multiplied by itself. Equal numbers of two matrices stay 2·2. */
function writeProduct<T>(by: Notation<T>, factors: readonly Expression[]): Written<T> {
  const pieces: T[] = [];
  for (let at = 0; at < factors.length; at++) {
    const factor = factors[at];
    const isFirst = at === 0;
    if (!isFirst) pieces.push(by.between("·"));
    if (at + 1 < factors.length && isSameNumber(factor, factors[at + 1])) {
      const text = held(by, factor, TIGHTNESS.atom);
      pieces.push(by.square(factor.kind === "call" ? within(by, text) : text));
      at++;
    } else pieces.push(held(by, factor, isFirst ? TIGHTNESS.product : TIGHTNESS.power));
  }
  return { text: pieces.length === 1 ? pieces[0] : by.row(...pieces), tightness: TIGHTNESS.product };
}

function writeCall<T>(by: Notation<T>, fn: string, args: readonly Expression[]): T {
  const listed = foldTerms(args).flatMap((arg, at) => [
    ...(at === 0 ? [] : [by.comma]),
    typeof arg === "number" ? by.more(arg) : writeIn(by, arg).text,
  ]);
  const inner = by.row(...listed);
  const around = AROUND[fn];
  return around ? within(by, inner, around) : by.row(by.name(fn), within(by, inner));
}

function isSameNumber(a: Expression, b: Expression): boolean {
  if (a.kind === "cell" && b.kind === "cell")
    return a.input === b.input && a.row === b.row && a.col === b.col;
  return (
    a === b || (a.kind === "constant" && b.kind === "constant" && a.name !== undefined && a.name === b.name)
  );
}
