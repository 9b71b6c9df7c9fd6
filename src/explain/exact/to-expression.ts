import { type Fraction, fraction, multiplyFractions } from "../../math/fraction.js";
import { tabulate } from "../../math/lists.js";
import { call, constant, type Expression, negative, product, quotient, sum } from "../../trace/expression.js";
import { asFraction, over, type Power, plus, rational, type Sum, type Term, times } from "./terms.js";

/**
 * Writes an exact number as a person does: terms with the same denominator share one fraction, and √2 is in the
 * denominator if that is shorter.
 */
export function toExpression(exact: Sum): Expression {
  const groups = new Map<string, Term[]>();
  for (const term of exact.values()) {
    const line = below(term.powers).map(({ key, power }) => `${key}^${power}`);
    const key = line.sort().join("·");
    groups.set(key, [...(groups.get(key) ?? []), term]);
  }
  const terms = [...groups.values()].flatMap(writeGroup);
  return terms.length === 1 ? terms[0] : sum(terms);
}

const below = (powers: readonly Power[]) => powers.filter(({ power }) => power < 0);

/** Writes terms that have the same denominator. */
function writeGroup(terms: readonly Term[]): readonly Expression[] {
  const line = below(terms[0].powers);
  if (line.length === 0 || terms.length === 1) return terms.map(writeTerm);
  const common = terms.reduce(
    (most, { coefficient: { denominator } }) => leastMultiple(most, denominator),
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

function leastMultiple(a: bigint, b: bigint): bigint {
  return a * fraction(a, b).denominator;
}

function writeTerm({ coefficient, root, exponent, powers }: Term): Expression {
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

function writeExponential(exponent: Sum): Expression {
  const written = toExpression(exponent);
  return written.kind === "constant" && written.value === 1 ? constant(Math.E, "e") : call("exp", written);
}

/** Returns base as often as |power| says, as factors. */
function writePower({ base, power }: Power): readonly Expression[] {
  const factor = isSum(base) ? toExpression(base) : base;
  return tabulate(Math.abs(power), () => factor);
}

const isSum = (base: Power["base"]): base is Sum => base instanceof Map;

const whole = (value: bigint) => constant(Number(value), String(value));
const wholeFactor = (value: bigint) => (value === 1n ? [] : [whole(value)]);

function joined(above: readonly Expression[], under: readonly Expression[]): Expression {
  const multiplied = (factors: readonly Expression[]) =>
    factors.length === 1 ? factors[0] : factors.length === 0 ? whole(1n) : product(...factors);
  return under.length === 0 ? multiplied(above) : quotient(multiplied(above), multiplied(under));
}
