import { evaluateArithmetic } from "../../math/arithmetic.js";
import { shortestDigits } from "../../math/decimal.js";
import { type Fraction, fraction, invertFraction, toFraction, wholeRoot } from "../../math/fraction.js";
import { remember } from "../../math/remember.js";
import {
  type Cell,
  constant,
  countParts,
  type Expression,
  evaluate,
  type FunctionName,
} from "../../trace/expression.js";
import { explainStep, findStep, type Trace } from "../../trace/trace.js";
import { type CellReference, cellText, numberIn } from "../cell-reference.js";
import {
  asFraction,
  exponential,
  keyOf,
  NoExactForm,
  negated,
  ONE,
  over,
  plus,
  rational,
  rootOf,
  type Sum,
  symbol,
  times,
  toExpression,
  ZERO,
} from "./terms.js";

/**
 * The maximum amount of arithmetic that is examined. Longer arithmetic has no short form, and large problems would take
 * time.
 */
const MAX_PARTS = 4_000;

/**
 * The largest relative difference between a form and the number in its cell. If it is larger, the number was rounded or
 * replaced.
 */
const LARGEST_ROUNDING = 1e-12;

/**
 * Writes the number of a cell with fractions, roots, powers of e, sines and cosines of the inputs: e^(1/√2) / (1 +
 * e^(1/√2)). The form has the value of the cell except for rounding error. Returns undefined if the inputs are not
 * short, if the form would be long, or if numbers were rounded or replaced on the way.
 */
export function exactForm(trace: Trace, cell: CellReference): Expression | undefined {
  try {
    const form = toExpression(createExactCells(trace)(cell));
    const { value, error } = evaluate(form);
    const number = numberIn(trace, cell);
    return Math.abs(value - number) <= error + LARGEST_ROUNDING * Math.abs(number) ? form : undefined;
  } catch (error) {
    if (error instanceof NoExactForm) return undefined;
    throw error;
  }
}

/** Returns a function that computes the exact number of any cell, each cell once. It throws NoExactForm. */
function createExactCells(trace: Trace) {
  const cache = new Map<string, Sum>();
  let left = MAX_PARTS;

  const work = (cell: CellReference): Sum => {
    const step = findStep(trace, cell.key);
    if (!step) return exactConstant({ value: numberIn(trace, cell) });
    const expression = explainStep(trace, step)(cell.row, cell.col);
    left -= countParts(expression);
    if (left < 0) throw new NoExactForm();
    return exactValue(expression, (leaf) => exactCell({ ...leaf, key: step.inputs[leaf.input] }));
  };

  const exactCell = (cell: CellReference): Sum => remember(cache, cellText(cell), () => work(cell));
  return exactCell;
}

/**
 * The maximum number of digits of an exact number. Longer numbers were measured or rounded, and as fractions they would
 * tell nobody anything.
 */
const MAX_DIGITS = 6;

/** Computes the arithmetic of a cell exactly, from the exact numbers of the cells it uses. Throws NoExactForm. */
function exactValue(expression: Expression, leafOf: (cell: Cell) => Sum): Sum {
  const of = (part: Expression) => exactValue(part, leafOf);
  switch (expression.kind) {
    case "cell":
      return leafOf(expression);
    case "constant":
      return exactConstant(expression);
    case "negative":
      return negated(of(expression.of));
    case "sum":
      return plus(expression.terms.flatMap((term) => [...of(term).values()]));
    case "product":
      return expression.factors.map(of).reduce(times, ONE);
    case "quotient":
      return over(of(expression.dividend), of(expression.divisor));
    case "call":
      return EXACT_FUNCTIONS[expression.fn](expression.args, of, expression);
  }
}

/**
 * Returns a constant as an exact number if it is short, or if it is written as arithmetic: 2π, 1/√3. Throws NoExactForm
 * for others.
 */
function exactConstant({ value, text }: { readonly value: number; readonly text?: string }) {
  if (Number.isFinite(value) && (value === 0 || shortestDigits(value).digits.length <= MAX_DIGITS)) {
    return rational(toFraction(value));
  }
  if (text !== undefined && isArithmetic(text, value)) return symbol(text, constant(value, text));
  throw new NoExactForm();
}

function isArithmetic(text: string, value: number) {
  try {
    return evaluateArithmetic(text.replace(/(\d)\u03c0/, "$1·π")) === value;
  } catch {
    return false;
  }
}

type Call = Extract<Expression, { readonly kind: "call" }>;

type ExactFunction = (args: readonly Expression[], of: (part: Expression) => Sum, whole: Call) => Sum;

/** Returns the computed value, which is exact, for functions whose value is a whole number. */
const wholeNumber: ExactFunction = (_args, _of, whole) => rational(toFraction(evaluate(whole).value));

/**
 * Returns the argument that min or max chooses. The choice uses floating-point values; the caller checks the final
 * result.
 */
const chosenArgument: ExactFunction = (args, of, whole) => {
  const { value } = evaluate(whole);
  const found = args.find((arg) => evaluate(arg).value === value);
  if (!found) throw new NoExactForm();
  return of(found);
};

/** Returns a function that is exact at one argument. Other values stay as calls: sin(3/100). */
function exactAt(at: bigint, value: Sum): ExactFunction {
  return ([arg], of, { fn }) => {
    const x = of(arg);
    const whole = asFraction(x);
    return whole?.numerator === at && whole.denominator === 1n ? value : unevaluated(fn, x);
  };
}

function unevaluated(fn: FunctionName, ...args: readonly Sum[]) {
  return symbol(`${fn}(${args.map(keyOf).join(", ")})`, { kind: "call", fn, args: args.map(toExpression) });
}

const EXACT_FUNCTIONS: Readonly<Record<FunctionName, ExactFunction>> = {
  // A masked score is −∞, which exact arithmetic cannot represent, but e^−∞ is 0.
  exp: ([arg], of) => (evaluate(arg).value === Number.NEGATIVE_INFINITY ? ZERO : exponential(of(arg))),
  ln: exactAt(1n, ZERO),
  sqrt([arg], of) {
    const x = of(arg);
    const value = asFraction(x);
    return value ? rootOf(value) : unevaluated("sqrt", x);
  },
  tanh: exactAt(0n, ZERO),
  erf: exactAt(0n, ZERO),
  sin: exactAt(0n, ZERO),
  cos: exactAt(0n, ONE),
  acos: exactAt(1n, ZERO),
  pow([base, exponent], of) {
    const [x, y] = [of(base), of(exponent)];
    const [b, e] = [asFraction(x), asFraction(y)];
    return (b && e && exactPower(b, e)) ?? unevaluated("pow", x, y);
  },
  abs: ([arg], of) => (evaluate(arg).value < 0 ? negated(of(arg)) : of(arg)),
  min: chosenArgument,
  max: chosenArgument,
  sign: wholeNumber,
  floor: wholeNumber,
  argmax: wholeNumber,
  distinct: wholeNumber,
};

const LARGEST_EXPONENT = 64n;

/** Returns base^(p/q) if it is a fraction or a square root; undefined otherwise. */
function exactPower(base: Fraction, { numerator: p, denominator: q }: Fraction) {
  if (base.numerator <= 0n || p > LARGEST_EXPONENT || p < -LARGEST_EXPONENT || q > LARGEST_EXPONENT) {
    return undefined;
  }
  const [side, power] = p < 0n ? [invertFraction(base), -p] : [base, p];
  const [above, below] = [side.numerator, side.denominator].map((part) => wholeRoot(part, Number(q)));
  if (above !== undefined && below !== undefined) return rational(fraction(above ** power, below ** power));
  return q === 2n ? rootOf(fraction(side.numerator ** power, side.denominator ** power)) : undefined;
}
