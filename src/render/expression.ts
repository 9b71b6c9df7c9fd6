import { type Cell, type Expression, evaluate } from "../trace/expression.js";

export interface ExpressionView {
  /** How a leaf is written: its name (`query[0,1]`) or its number. */
  readonly leaf: (cell: Cell) => string;
  readonly number: (value: number) => string;
  /** Whether a constant that has a name (S, σ) is written by it. */
  readonly showsNames?: boolean;
  /** Fractions without blanks inside stand close together: 3/√2. */
  readonly isClose?: boolean;
}

/** A sum of more terms than this is folded: the first few, what the middle adds up to, and the last. */
const LONGEST_SUM = 8;
const SHOWN_FIRST = 4;

/** How tightly a written expression holds together: a looser one needs parentheses inside a tighter one. */
const TIGHTNESS = { sum: 1, product: 2, quotient: 2, negative: 3, atom: 4 } as const;

const SIGNED = /^[-\u2212]/;

interface Written {
  readonly text: string;
  readonly tightness: number;
}

/** An expression as a person writes it: `query[0,0]·key[1,0] + query[0,1]·key[1,1]`, or the same with numbers put in. */
export function writeExpression(expression: Expression, view: ExpressionView): string {
  return write(expression, view).text;
}

function write(expression: Expression, view: ExpressionView): Written {
  switch (expression.kind) {
    case "cell":
      return leaf(view.leaf(expression));
    case "constant":
      if (view.showsNames && expression.name !== undefined) return leaf(expression.name);
      return { ...leaf(expression.text ?? view.number(expression.value)), ...looseText(expression.text) };
    case "sum":
      return writeSum(expression.terms, view);
    case "product":
      return writeProduct(expression.factors, view);
    case "quotient":
      return writeQuotient(expression.dividend, expression.divisor, view);
    case "negative":
      return { text: `−${unsigned(expression.of, view)}`, tightness: TIGHTNESS.negative };
    case "call":
      return { text: writeCall(expression.fn, expression.args, view), tightness: TIGHTNESS.atom };
  }
}

/** A negative number holds together like a negation: it needs parentheses behind a sign. */
function leaf(text: string): Written {
  return { text, tightness: SIGNED.test(text) ? TIGHTNESS.negative : TIGHTNESS.atom };
}

/** A constant that is written as arithmetic (1/d_k) needs parentheses as a sum would. */
function looseText(text = ""): { readonly tightness?: number } {
  return /[-+*/\u00b7\u2212]/.test(text) ? { tightness: TIGHTNESS.sum } : {};
}

function held(expression: Expression, view: ExpressionView, tightness: number): string {
  const written = write(expression, view);
  return written.tightness >= tightness ? written.text : `(${written.text})`;
}

function writeSum(terms: readonly Expression[], view: ExpressionView): Written {
  if (terms.length === 0) return leaf("0");
  const parts = foldTerms(terms).map((part, index) => {
    if (typeof part !== "number") return writeTerm(part, view, index === 0);
    const rest = terms.slice(SHOWN_FIRST, -1);
    return ` + (… ${part} more terms, sum ${view.number(evaluate({ kind: "sum", terms: rest }).value)})`;
  });
  return { text: parts.join(""), tightness: terms.length === 1 ? TIGHTNESS.product : TIGHTNESS.sum };
}

/** a·b·(c + d), and σ² for a number that is multiplied by itself; equal numbers of two matrices stay 2·2. */
function writeProduct(factors: readonly Expression[], view: ExpressionView): Written {
  const texts: string[] = [];
  for (let at = 0; at < factors.length; at++) {
    const factor = factors[at];
    if (at + 1 < factors.length && isSameNumber(factor, factors[at + 1])) {
      at++;
      texts.push(
        `${factor.kind === "call" ? `(${write(factor, view).text})` : held(factor, view, TIGHTNESS.atom)}²`,
      );
    } else texts.push(held(factor, view, at === 0 ? TIGHTNESS.product : TIGHTNESS.atom));
  }
  return { text: texts.join("·"), tightness: TIGHTNESS.product };
}

function isSameNumber(a: Expression, b: Expression): boolean {
  if (a.kind === "cell" && b.kind === "cell") {
    return a.input === b.input && a.row === b.row && a.col === b.col;
  }
  return (
    a === b || (a.kind === "constant" && b.kind === "constant" && a.name !== undefined && a.name === b.name)
  );
}

function writeQuotient(dividend: Expression, divisor: Expression, view: ExpressionView): Written {
  const parts = [held(dividend, view, TIGHTNESS.product), held(divisor, view, TIGHTNESS.atom)];
  const isClose = view.isClose && !parts.some((part) => part.includes(" "));
  return { text: parts.join(isClose ? "/" : " / "), tightness: TIGHTNESS.quotient };
}

/** 10000^(4/8): the exponent stands close together. */
function writePower([base, exponent]: readonly Expression[], view: ExpressionView): string {
  const { text, tightness } = write(exponent, { ...view, isClose: true });
  return `${held(base, view, TIGHTNESS.atom)}^${tightness === TIGHTNESS.atom ? text : `(${text})`}`;
}

/** What stands behind a minus: −a·b, but −(a + b) and −(−a). */
function unsigned(expression: Expression, view: ExpressionView): string {
  const text = held(expression, view, TIGHTNESS.product);
  return SIGNED.test(text) ? `(${text})` : text;
}

/** The terms to write; a number stands for that many in the middle. */
export function foldTerms<T>(terms: readonly T[]): readonly (T | number)[] {
  if (terms.length <= LONGEST_SUM) return terms;
  return [...terms.slice(0, SHOWN_FIRST), terms.length - SHOWN_FIRST - 1, ...terms.slice(-1)];
}

function writeTerm(term: Expression, view: ExpressionView, isFirst: boolean): string {
  if (isFirst) return held(term, view, TIGHTNESS.product);
  return term.kind === "negative" ? ` − ${unsigned(term.of, view)}` : ` + ${unsigned(term, view)}`;
}

function writeCall(fn: string, args: readonly Expression[], view: ExpressionView): string {
  if (fn === "exp" || fn === "sqrt") {
    const sign = fn === "exp" ? "e^" : "√";
    const inner = write(args[0], view);
    return inner.tightness === TIGHTNESS.atom ? `${sign}${inner.text}` : `${sign}(${inner.text})`;
  }
  if (fn === "pow") return writePower(args, view);
  if (fn === "abs") return `|${write(args[0], view).text}|`;
  if (fn === "floor") return `⌊${write(args[0], view).text}⌋`;
  const listed = foldTerms(args).map((arg) =>
    typeof arg === "number" ? `… ${arg} more` : write(arg, view).text,
  );
  return `${fn}(${listed.join(", ")})`;
}
