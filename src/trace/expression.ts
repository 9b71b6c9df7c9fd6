import { erf } from "../math/erf.js";
import { sumOver } from "../math/lists.js";
import { remember } from "../math/remember.js";
import { extremesOf } from "../math/rows.js";

/**
 * The arithmetic of one cell, as data: `--why` prints it, and a law test evaluates it. The leaves are cells of the op's
 * inputs, or constants.
 */
export type Expression =
  | Cell
  | Constant
  | { readonly kind: "sum"; readonly terms: readonly Expression[] }
  | { readonly kind: "product"; readonly factors: readonly Expression[] }
  | { readonly kind: "quotient"; readonly dividend: Expression; readonly divisor: Expression }
  | { readonly kind: "negative"; readonly of: Expression }
  | { readonly kind: "call"; readonly fn: FunctionName; readonly args: readonly Expression[] };

/** One cell of one of the op's inputs (`input` counts from 0). */
export interface Cell {
  readonly kind: "cell";
  readonly input: number;
  readonly row: number;
  readonly col: number;
  readonly value: number;
  /** The number before it was rounded for its cell, if the arithmetic uses the unrounded number. */
  readonly exactly?: Expression;
}

export interface Constant {
  readonly kind: "constant";
  readonly value: number;
  /** Text that is shown instead of the digits: 2π, or "0, because one vector is zero". */
  readonly text?: string;
  /** Its name in the formula: S, σ. */
  readonly name?: string;
}

/** A function that explanations may use: its value, and how much it magnifies an error in its argument x. */
interface FunctionRule {
  readonly apply: (args: readonly number[]) => number;
  /** A bound on the derivative with respect to the argument number `place`, which is x. */
  readonly slope: (x: number, place: number, args: readonly number[]) => number;
}

/** Returns the rule of a function with one argument. */
const ofOne = (apply: (x: number) => number, slope: (x: number) => number): FunctionRule => ({
  apply: ([x]) => apply(x),
  slope,
});

const FUNCTIONS = {
  exp: ofOne(Math.exp, Math.exp),
  ln: ofOne(Math.log, (x) => 1 / x),
  sqrt: ofOne(Math.sqrt, (x) => 0.5 / Math.sqrt(x)),
  tanh: ofOne(Math.tanh, () => 1),
  erf: ofOne(erf, (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x)),
  sin: ofOne(Math.sin, () => 1),
  cos: ofOne(Math.cos, () => 1),
  acos: ofOne(Math.acos, (x) => 1 / Math.sqrt(1 - x * x)),
  pow: {
    apply: ([base, exponent]) => base ** exponent,
    slope: (x, place, [base, exponent]) =>
      base ** exponent * (place === 0 ? exponent / x : Math.log(Math.abs(base))),
  },
  sign: ofOne(Math.sign, () => 0),
  abs: ofOne(Math.abs, () => 1),
  /**
   * Rounds down to a whole number. A number that is below a whole number only by rounding error gives that whole
   * number: ln 4 / ln 16 · 8 is 4.
   */
  floor: ofOne(
    (x) => Math.floor(x + 2 ** -40),
    () => 0,
  ),
  min: { apply: (args) => args.reduce((a, b) => (b < a || Number.isNaN(b) ? b : a)), slope: () => 1 },
  max: { apply: (args) => args.reduce((a, b) => (b > a || Number.isNaN(b) ? b : a)), slope: () => 1 },
  /** The index of the largest argument, from 0. The first one in a tie. */
  argmax: { apply: (args) => args.indexOf(extremesOf(args)[1]), slope: () => 0 },
  /** The number of different arguments. */
  distinct: { apply: (args) => new Set(args).size, slope: () => 0 },
} as const satisfies Record<string, FunctionRule>;

export type FunctionName = keyof typeof FUNCTIONS;

/** Returns the direct parts of an expression in the order they are written. A leaf has none. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "cell":
    case "constant":
      return [];
    case "sum":
      return expression.terms;
    case "product":
      return expression.factors;
    case "quotient":
      return [expression.dividend, expression.divisor];
    case "negative":
      return [expression.of];
    case "call":
      return expression.args;
  }
}

/** Returns an expression in which `change` replaces each of the direct parts. A leaf stays. */
export function changeParts(expression: Expression, change: (part: Expression) => Expression): Expression {
  switch (expression.kind) {
    case "cell":
    case "constant":
      return expression;
    case "sum":
      return { ...expression, terms: expression.terms.map(change) };
    case "product":
      return { ...expression, factors: expression.factors.map(change) };
    case "quotient":
      return quotient(change(expression.dividend), change(expression.divisor));
    case "negative":
      return negative(change(expression.of));
    case "call":
      return { ...expression, args: expression.args.map(change) };
  }
}

/** Counts the parts of an expression, including itself. */
export function countParts(expression: Expression): number {
  return partsOf(expression).reduce((count, part) => count + countParts(part), 1);
}

/** A value, and a bound on its difference from the same arithmetic done in another order. */
interface Estimate {
  readonly value: number;
  readonly error: number;
}

const EPS = Number.EPSILON;

/**
 * Evaluates an explanation. The bound adds up the rounding error of each operation. A sum of k terms adds
 * 4·k·eps·Σ|terms|, because a kernel may add the terms in another order.
 */
export function evaluate(expression: Expression): Estimate {
  switch (expression.kind) {
    case "cell":
      return expression.exactly ? evaluate(expression.exactly) : { value: expression.value, error: 0 };
    case "constant":
      return { value: expression.value, error: 0 };
    case "negative": {
      const { value, error } = evaluate(expression.of);
      return { value: -value, error };
    }
    case "sum": {
      const terms = expression.terms.map(evaluate);
      const size = sumOver(terms, (term) => Math.abs(term.value));
      return {
        value: sumOver(terms, (term) => term.value),
        error: sumOver(terms, (term) => term.error) + 4 * terms.length * EPS * size,
      };
    }
    case "product": {
      const factors = expression.factors.map(evaluate);
      const value = factors.reduce((product, factor) => product * factor.value, 1);
      // A factor that is 0 with an error has no relative error, so the absolute bounds are multiplied.
      const isLost = factors.some((factor) => factor.value === 0 && factor.error > 0);
      const largest = () =>
        factors.reduce((size, factor) => size * (Math.abs(factor.value) + factor.error), 1);
      return { value, error: isLost ? largest() : propagatedError(value, factors) };
    }
    case "quotient": {
      const parts = [evaluate(expression.dividend), evaluate(expression.divisor)];
      const value = parts[0].value / parts[1].value;
      return { value, error: propagatedError(value, parts) };
    }
    case "call":
      return evaluateCall(expression.fn, expression.args.map(evaluate));
  }
}

/** Returns the value of an explanation. */
export const valueIn = (e: Expression): number =>
  e.kind === "constant" || (e.kind === "cell" && !e.exactly)
    ? e.value
    : remember(VALUES, e, () => evaluate(e).value);

/** Known values. The maximum of a row, for example, is part of the arithmetic of all its cells and is computed once. */
const VALUES = new WeakMap<Expression, number>();

/** Estimates a function's value. Its error is the sum of each argument's error times the slope there. */
function evaluateCall(fn: FunctionName, args: readonly Estimate[]) {
  const rule: FunctionRule = FUNCTIONS[fn];
  const values = args.map((arg) => arg.value);
  const value = rule.apply(values);
  const error = args.reduce(
    (total, arg, place) =>
      arg.error === 0 ? total : total + Math.abs(rule.slope(arg.value, place, values)) * arg.error,
    0,
  );
  return { value, error: error + 4 * EPS * Math.abs(value) };
}

/** Returns the error of a product or quotient: the sum of the relative errors of its parts. */
function propagatedError(value: number, parts: readonly Estimate[]) {
  const relative = parts.reduce(
    (sum, part) => sum + (part.error === 0 ? 0 : part.error / Math.abs(part.value)),
    4 * parts.length * EPS,
  );
  return Math.abs(value) * relative;
}

// Small builders, so that the explanation of an op reads like its formula.

export const constant = (value: number, text?: string): Expression =>
  text === undefined ? { kind: "constant", value } : { kind: "constant", value, text };
export const named = (value: number, name: string): Expression => ({ kind: "constant", value, name });
export const sum = (terms: readonly Expression[]): Expression => ({ kind: "sum", terms });
export const product = (...factors: readonly Expression[]): Expression => ({ kind: "product", factors });
export const quotient = (dividend: Expression, divisor: Expression): Expression => ({
  kind: "quotient",
  dividend,
  divisor,
});
export const negative = (of: Expression): Expression => ({ kind: "negative", of });
export const call = (fn: FunctionName, ...args: readonly Expression[]): Expression => callOnAll(fn, args);
/** Takes a list: a row may have more cells than JavaScript can spread into arguments. */
export const callOnAll = (fn: FunctionName, args: readonly Expression[]): Expression => ({
  kind: "call",
  fn,
  args,
});
