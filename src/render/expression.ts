import { type Cell, type Expression, evaluate } from "../trace/expression.js";
import { held, type Notation, TIGHTNESS, type Written, writeIn } from "./notation.js";

export interface ExpressionView {
  /** How a leaf is written: its name (`query[0,1]`) or its number. */
  readonly leaf: (cell: Cell) => string;
  readonly number: (value: number) => string;
  /** Whether a constant that has a name (S, σ) is written by it. */
  readonly showsNames?: boolean;
  /** Fractions without blanks inside stand close together: 3/√2. */
  readonly isClose?: boolean;
}

const SIGNED = /^[-\u2212]/;

/** An expression as a person writes it: `query[0,0]·key[1,0] + query[0,1]·key[1,1]`, or the same with numbers put in. */
export function writeExpression(expression: Expression, view: ExpressionView): string {
  return writeIn(notationOf(view), expression).text;
}

function notationOf(view: ExpressionView): Notation<string> {
  const closed = (expression: Expression) => held(by, expression, TIGHTNESS.atom);
  const by: Notation<string> = {
    cell: (cell) => leaf(view.leaf(cell)),
    constant({ value, text, name }) {
      if (view.showsNames && name !== undefined) return leaf(name);
      return { ...leaf(text ?? view.number(value)), ...looseText(text) };
    },
    row: (...pieces) => pieces.join(""),
    sign: (text) => text,
    name: (fn) => fn,
    between: (text) => (text === "·" ? text : ` ${text} `),
    square: (of) => `${of}²`,
    quotient(dividend, divisor) {
      const parts = [held(by, dividend, TIGHTNESS.product), held(by, divisor, TIGHTNESS.power)];
      const isClose = view.isClose && !parts.some((part) => part.includes(" "));
      return { text: parts.join(isClose ? "/" : " / "), tightness: TIGHTNESS.product };
    },
    calls: {
      exp: (x) => leaf(`e^${closed(x)}`),
      sqrt: (x) => leaf(`√${closed(x)}`),
      // 10000^(4/8): the exponent stands close together.
      pow: (base, exponent) =>
        leaf(`${closed(base)}^${held(notationOf({ ...view, isClose: true }), exponent, TIGHTNESS.atom)}`),
    },
    comma: ", ",
    more: (count) => `… ${count} more`,
    middle: (terms) =>
      `(… ${terms.length} more terms, sum ${view.number(evaluate({ kind: "sum", terms }).value)})`,
    isSigned: (text) => SIGNED.test(text),
  };
  return by;
}

/** A negative number holds together like a negation: it needs parentheses behind a sign. */
function leaf(text: string): Written<string> {
  return { text, tightness: SIGNED.test(text) ? TIGHTNESS.negative : TIGHTNESS.atom };
}

/** A constant that is written as arithmetic (1/d_k) needs parentheses as a sum would. */
function looseText(text = ""): { readonly tightness?: number } {
  return /[-+*/\u00b7\u2212]/.test(text) ? { tightness: TIGHTNESS.sum } : {};
}
