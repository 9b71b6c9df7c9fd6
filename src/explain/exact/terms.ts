import {
  addFractions,
  type Fraction,
  fraction,
  invertFraction,
  multiplyFractions,
  squareRoot,
} from "../../math/fraction.js";
import { tabulate } from "../../math/lists.js";
import { remember } from "../../math/remember.js";
import { call, constant, type Expression, negative, product, quotient, sum } from "../../trace/expression.js";

// Exact numbers: sums of terms such as 3/2·√2·e^(1/√2)·sin(1). Terms cancel only if their keys are equal. Equal numbers
// usually have equal keys; if they do not, the result is longer than necessary, but not wrong.

/** coefficient · √root · e^exponent · Π base^power. */
interface Term {
  readonly coefficient: Fraction;
  /** Without square factors. 1 if there is no root. */
  readonly root: bigint;
  /** Zero if there is no power of e. */
  readonly exponent: Sum;
  readonly powers: readonly Power[];
}

/** A number that is not simplified further: sin(1), or a sum in a denominator (power −1). */
interface Power {
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
const UNIT: Term = { coefficient: fraction(1n), root: 1n, exponent: ZERO, powers: [] };
export const ONE = single({});

/** Returns a sum of one term, which is 1 except for these parts. */
function single(parts: Partial<Term>): Sum {
  return plus([{ ...UNIT, ...parts }]);
}

export const rational = (coefficient: Fraction): Sum => single({ coefficient });

/** Returns e^exponent as a sum; 1 for exponent 0. */
export const exponential = (exponent: Sum): Sum => single({ exponent });

export function rootOf(value: Fraction): Sum {
  if (value.numerator < 0n) throw new NoExactForm();
  const { factor, radicand } = squareRoot(value);
  return single({ coefficient: factor, root: radicand });
}

/** Returns a number that is known by its key, as a sum of one term. */
export const symbol = (key: string, base: Expression | Sum, power = 1): Sum =>
  single({ powers: [{ key, base, power }] });

/** Returns the sum as a fraction, or undefined if it is not one. */
export function asFraction(sum: Sum): Fraction | undefined {
  if (sum.size === 0) return fraction(0n);
  const only = sum.get(multipleKey(UNIT));
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

function isLarge({ numerator, denominator }: Fraction) {
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
function ratioOf(a: Sum, b: Sum) {
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

function multiplyTerms(a: Term, b: Term) {
  const { factor, radicand } = squareRoot(fraction(a.root * b.root));
  return {
    coefficient: multiplyFractions(factor, multiplyFractions(a.coefficient, b.coefficient)),
    root: radicand,
    exponent: plus([...a.exponent.values(), ...b.exponent.values()]),
    powers: multiplyPowers([...a.powers, ...b.powers]),
  };
}

function invertTerm({ coefficient, root, exponent, powers }: Term) {
  return {
    // 1/√n = √n / n
    coefficient: multiplyFractions(invertFraction(coefficient), fraction(1n, root)),
    root,
    exponent: negated(exponent),
    powers: powers.map(({ power, ...of }) => ({ ...of, power: -power })),
  };
}

function multiplyPowers(powers: readonly Power[]) {
  const product = new Map<string, Power>();
  for (const { key, base, power } of powers) {
    product.set(key, { key, base, power: power + (product.get(key)?.power ?? 0) });
  }
  return [...product.values()].filter(({ power }) => power !== 0);
}

/** Returns what a term is a multiple of, always spelled in the same way. */
function multipleKey({ root, exponent, powers }: Omit<Term, "coefficient">) {
  return `√${root}·e^(${keyOf(exponent)})·${keyOfPowers(powers)}`;
}

/** Returns the spelling of powers, which does not depend on their order. */
function keyOfPowers(powers: readonly Power[]) {
  const factors = powers.map(({ key, power }) => `(${key})^${power}`);
  return factors.sort().join("·");
}

/** Returns the spelling of a sum, which does not depend on the order of its terms. */
export function keyOf(sum: Sum): string {
  return [...sum]
    .map(([key, { coefficient: c }]) => `${c.numerator}/${c.denominator}·${key}`)
    .sort()
    .join("+");
}

/**
 * Writes an exact number as a person does: terms with the same denominator share one fraction, and √2 is in the
 * denominator if that is shorter.
 */
export function toExpression(exact: Sum): Expression {
  const groups = new Map<string, Term[]>();
  for (const term of exact.values()) remember(groups, keyOfPowers(below(term.powers)), () => []).push(term);
  const terms = [...groups.values()].flatMap(writeGroup);
  return terms.length === 1 ? terms[0] : sum(terms);
}

const below = (powers: readonly Power[]) => powers.filter(({ power }) => power < 0);

/** Writes terms that have the same denominator. */
function writeGroup(terms: readonly Term[]) {
  const line = below(terms[0].powers);
  if (line.length === 0 || terms.length === 1) return terms.map(writeTerm);
  // The least common multiple of the denominators.
  const common = terms.reduce(
    (most, { coefficient: { denominator } }) => most * fraction(most, denominator).denominator,
    1n,
  );
  const above = plus(
    terms.map((term) => ({
      ...term,
      coefficient: multiplyFractions(term.coefficient, fraction(common)),
      powers: term.powers.filter(({ power }) => power > 0),
    })),
  );
  const ratio = line.length === 1 && isSum(line[0].base) ? over(above, line[0].base) : undefined;
  if (ratio && line[0].power === -1 && asFraction(ratio)) {
    return [toExpression(times(ratio, rational(fraction(1n, common))))];
  }
  return [joined([toExpression(above)], [...wholeFactor(common), ...line.flatMap(writePower)])];
}

function writeTerm({ coefficient, root, exponent, powers }: Term) {
  const isNegative = coefficient.numerator < 0n;
  const { above, under } = placeRoot(
    isNegative ? multiplyFractions(coefficient, fraction(-1n)) : coefficient,
    root,
  );
  const upper = powers.filter(({ power }) => power > 0).flatMap(writePower);
  const written = joined(
    [...above, ...(exponent.size > 0 ? [writeExponential(exponent)] : []), ...upper],
    [...under, ...below(powers).flatMap(writePower)],
  );
  return isNegative ? negative(written) : written;
}

/** Returns a/b·√n, or p/(q·√n) with p/q = a·n/b if that has the smaller denominator: 3/√2, but √2/3. */
function placeRoot(coefficient: Fraction, root: bigint) {
  const { numerator, denominator } = coefficient;
  const sign = root === 1n ? [] : [call("sqrt", whole(root))];
  const squared = multiplyFractions(coefficient, fraction(root));
  return squared.denominator < denominator
    ? { above: wholeFactor(squared.numerator), under: [...wholeFactor(squared.denominator), ...sign] }
    : { above: [...wholeFactor(numerator), ...sign], under: wholeFactor(denominator) };
}

function writeExponential(exponent: Sum) {
  const written = toExpression(exponent);
  return written.kind === "constant" && written.value === 1 ? constant(Math.E, "e") : call("exp", written);
}

/** Returns base as often as |power| says, as factors. */
function writePower({ base, power }: Power) {
  const factor = isSum(base) ? toExpression(base) : base;
  return tabulate(Math.abs(power), () => factor);
}

const isSum = (base: Power["base"]): base is Sum => base instanceof Map;

const whole = (value: bigint) => constant(Number(value), String(value));
const wholeFactor = (value: bigint) => (value === 1n ? [] : [whole(value)]);

function joined(above: readonly Expression[], under: readonly Expression[]) {
  const multiplied = (factors: readonly Expression[]) =>
    factors.length === 1 ? factors[0] : factors.length === 0 ? whole(1n) : product(...factors);
  return under.length === 0 ? multiplied(above) : quotient(multiplied(above), multiplied(under));
}
