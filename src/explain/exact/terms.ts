import {
  addFractions,
  type Fraction,
  fraction,
  invertFraction,
  multiplyFractions,
  squareRoot,
} from "../../math/fraction.js";
import type { Expression } from "../../trace/expression.js";

// Exact numbers: sums of terms such as 3/2·√2·e^(1/√2)·sin(1). Terms cancel only if their keys are equal. Equal numbers
// usually have equal keys; if they do not, the result is longer than necessary, but not wrong.

/** coefficient · √root · e^exponent · Π base^power. */
export interface Term {
  readonly coefficient: Fraction;
  /** Without square factors. 1 if there is no root. */
  readonly root: bigint;
  /** Zero if there is no power of e. */
  readonly exponent: Sum;
  readonly powers: readonly Power[];
}

/** A number that is not simplified further: sin(1), or a sum in a denominator (power −1). */
export interface Power {
  readonly key: string;
  readonly base: Expression | Sum;
  readonly power: number;
}

/** Terms by what they are multiples of, in the order they were added. No term is 0; the empty sum is zero. */
export type Sum = ReadonlyMap<string, Term>;

/** Thrown, at any depth, if there is no exact form or only a long one. */
export class NoExactForm extends Error {}

const MAX_TERMS = 10;
const LARGEST_NUMBER = 10n ** 12n;

export const ZERO: Sum = new Map();
const PLAIN = { root: 1n, exponent: ZERO, powers: [] } as const;
export const ONE = rational(fraction(1n));

export function rational(coefficient: Fraction): Sum {
  return plus([{ ...PLAIN, coefficient }]);
}

/** Returns e^exponent as a sum; 1 for exponent 0. */
export function exponential(exponent: Sum): Sum {
  return plus([{ ...PLAIN, coefficient: fraction(1n), exponent }]);
}

export function rootOf(value: Fraction): Sum {
  if (value.numerator < 0n) throw new NoExactForm();
  const { factor, radicand } = squareRoot(value);
  return plus([{ ...PLAIN, coefficient: factor, root: radicand }]);
}

/** Returns a number that is known by its key, as a sum of one term. */
export function symbol(key: string, base: Expression | Sum, power = 1): Sum {
  return plus([{ ...PLAIN, coefficient: fraction(1n), powers: [{ key, base, power }] }]);
}

/** Returns the sum as a fraction, or undefined if it is not one. */
export function asFraction(sum: Sum): Fraction | undefined {
  if (sum.size === 0) return fraction(0n);
  const only = sum.get(multipleKey(PLAIN));
  return sum.size === 1 ? only?.coefficient : undefined;
}

/** Adds terms. Multiples of the same number become one term. */
export function plus(terms: Iterable<Term>): Sum {
  const total = new Map<string, Term>();
  for (const term of terms) {
    const key = multipleKey(term);
    const before = total.get(key);
    const coefficient = before ? addFractions(before.coefficient, term.coefficient) : term.coefficient;
    if (coefficient.numerator === 0n) total.delete(key);
    else total.set(key, { ...term, coefficient });
    if (total.size > MAX_TERMS || isLarge(coefficient)) throw new NoExactForm();
  }
  return total;
}

function isLarge({ numerator, denominator }: Fraction): boolean {
  return denominator > LARGEST_NUMBER || numerator > LARGEST_NUMBER || numerator < -LARGEST_NUMBER;
}

export function times(a: Sum, b: Sum): Sum {
  return plus([...a.values()].flatMap((x) => [...b.values()].map((y) => multiplyTerms(x, y))));
}

export function negated(sum: Sum): Sum {
  return times(rational(fraction(-1n)), sum);
}

export function over(dividend: Sum, divisor: Sum): Sum {
  const [only, ...others] = divisor.values();
  if (!only) throw new NoExactForm();
  const ratio = ratioOf(dividend, divisor);
  if (ratio) return rational(ratio);
  return times(
    dividend,
    others.length === 0 ? plus([invertTerm(only)]) : symbol(keyOf(divisor), divisor, -1),
  );
}

/** Returns r with a = r·b, or undefined if there is no such fraction. */
function ratioOf(a: Sum, b: Sum): Fraction | undefined {
  if (a.size !== b.size) return undefined;
  const ratios = [...a].map(([key, { coefficient }]) => {
    const divisor = b.get(key);
    return divisor && multiplyFractions(coefficient, invertFraction(divisor.coefficient));
  });
  const [first] = ratios;
  const isSame = (r: Fraction | undefined) =>
    r?.numerator === first?.numerator && r?.denominator === first?.denominator;
  return ratios.every(isSame) ? first : undefined;
}

function multiplyTerms(a: Term, b: Term): Term {
  const { factor, radicand } = squareRoot(fraction(a.root * b.root));
  return {
    coefficient: multiplyFractions(factor, multiplyFractions(a.coefficient, b.coefficient)),
    root: radicand,
    exponent: plus([...a.exponent.values(), ...b.exponent.values()]),
    powers: multiplyPowers([...a.powers, ...b.powers]),
  };
}

function invertTerm({ coefficient, root, exponent, powers }: Term): Term {
  return {
    // 1/√n = √n / n
    coefficient: multiplyFractions(invertFraction(coefficient), fraction(1n, root)),
    root,
    exponent: negated(exponent),
    powers: powers.map(({ power, ...of }) => ({ ...of, power: -power })),
  };
}

function multiplyPowers(powers: readonly Power[]): readonly Power[] {
  const product = new Map<string, Power>();
  for (const { key, base, power } of powers) {
    product.set(key, { key, base, power: power + (product.get(key)?.power ?? 0) });
  }
  return [...product.values()].filter(({ power }) => power !== 0);
}

/** Returns what a term is a multiple of, always spelled in the same way. */
function multipleKey({ root, exponent, powers }: Omit<Term, "coefficient">): string {
  const factors = powers.map(({ key, power }) => `(${key})^${power}`).sort();
  return [`√${root}`, `e^(${keyOf(exponent)})`, ...factors].join("·");
}

/** Returns the spelling of a sum, which does not depend on the order of its terms. */
export function keyOf(sum: Sum): string {
  return [...sum]
    .map(([key, { coefficient: c }]) => `${c.numerator}/${c.denominator}·${key}`)
    .sort()
    .join("+");
}
