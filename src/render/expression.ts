import { type Cell, type Expression, evaluate } from "../trace/expression.js";
import { type Notation, PRECEDENCE, parenthesized, writeIn } from "./notation.js";

export interface ExpressionView {
  /** Writes a leaf: its name (`query[0,1]`) or its number. */
  readonly leaf: (cell: Cell) => string;
  readonly number: (value: number) => string;
  /** Whether a named constant (S, σ) is written by its name. */
  readonly showsNames?: boolean;
  /** Whether fractions without blanks inside are written without blanks: 3/√2. */
  readonly isClose?: boolean;
}

const SIGNED = /^[-\u2212]/;

/** Writes an expression as a person would: `query[0,0]·key[1,0] + query[0,1]·key[1,1]`, or the same with numbers. */
export function writeExpression(expression: Expression, view: ExpressionView) {
  return writeIn(notationOf(view), expression).text;
}

function notationOf(view: ExpressionView) {
  const closed = (expression: Expression) => parenthesized(notation, expression, PRECEDENCE.atom);
  const notation: Notation<string> = {
    cell: (cell) => leaf(view.leaf(cell)),
    constant({ value, text, name }) {
      if (view.showsNames && name !== undefined) return leaf(name);
      return { ...leaf(text ?? view.number(value)), ...looseText(text) };
    },
    row: (...pieces) => pieces.join(""),
    sign: (text) => text,
    name: (fn) => fn,
    infix: (text) => (text === "·" ? text : ` ${text} `),
    square: (of) => `${of}²`,
    quotient(dividend, divisor) {
      const parts = [
        parenthesized(notation, dividend, PRECEDENCE.product),
        parenthesized(notation, divisor, PRECEDENCE.power),
      ];
      const isClose = view.isClose && !parts.some((part) => part.includes(" "));
      return { text: parts.join(isClose ? "/" : " / "), precedence: PRECEDENCE.product };
    },
    calls: {
      exp: (x) => leaf(`e^${closed(x)}`),
      sqrt: (x) => leaf(`√${closed(x)}`),
      // 10000^(4/8): the exponent is written without blanks.
      pow: (base, exponent) =>
        leaf(
          `${closed(base)}^${parenthesized(notationOf({ ...view, isClose: true }), exponent, PRECEDENCE.atom)}`,
        ),
    },
    comma: ", ",
    more: (count) => `… ${count} more`,
    middle: (terms) =>
      `(… ${terms.length} more terms, sum ${view.number(evaluate({ kind: "sum", terms }).value)})`,
    isSigned: (text) => SIGNED.test(text),
  };
  return notation;
}

/** A negative number has the precedence of a negation: after a sign it needs parentheses. */
function leaf(text: string) {
  return { text, precedence: SIGNED.test(text) ? PRECEDENCE.negative : PRECEDENCE.atom };
}

/** A constant that is written as arithmetic (1/d_k) needs parentheses like a sum. */
function looseText(text = "") {
  return /[-+*/\u00b7\u2212]/.test(text) ? { precedence: PRECEDENCE.sum } : {};
}
