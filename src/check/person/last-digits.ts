import { decimalsNeeded } from "../../math/decimal.js";
import { greatest } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { EXACT_DECIMALS, noiseOf, type WrittenNumber } from "../../math/written.js";
import type { Trace } from "../../trace/trace.js";
import { digitsOf, magnitudeOf } from "../significant.js";

/** The last digit of the numbers of a step or an input. */
interface LastDigit {
  /** Whether they have the same number of decimals, or of digits from the first that is not 0, as in 1.2345e-03. */
  readonly of: "decimals" | "digits";
  readonly most: number;
  /** The numbers with the largest number of them. The others end in a 0 that was not written. */
  readonly whole: readonly WrittenNumber[];
}

/**
 * The minimum number of digits of printed numbers, and of such digits in all. People make up numbers with fewer digits,
 * and only few with so many. Most numbers of a program have the same number of digits. Set by taste.
 */
const FEWEST = { decimals: 4, digits: 5 };
const MIN_IN_ALL = 12;

/** Returns what most of the numbers have in common: the number of decimals, or of digits. */
function lastDigitOf(numbers: readonly (WrittenNumber | null)[]): LastDigit {
  const rounded = numbers.filter(
    (one): one is WrittenNumber =>
      one !== null && Number.isFinite(one.value) && one.value !== 0 && one.decimals < EXACT_DECIMALS,
  );
  const withMost = (of: LastDigit["of"], count: (one: WrittenNumber) => number): LastDigit => {
    const most = greatest(rounded, count);
    return { of, most, whole: rounded.filter((one) => count(one) === most) };
  };
  const byDecimals = withMost("decimals", ({ decimals }) => decimals);
  const byDigits = withMost("digits", digitsOf);
  const areDigits = byDigits.most >= FEWEST.digits && byDigits.whole.length > byDecimals.whole.length;
  return areDigits ? byDigits : byDecimals;
}

/** Returns half a unit of the last digit of numbers that are written like these. */
export function halfUnitIn(numbers: readonly (WrittenNumber | null)[]): (value: number) => number {
  const { of, most } = lastDigitOf(numbers);
  if (of === "decimals") return () => 0.5 * 10 ** -most;
  return (value) => 0.5 * 10 ** (magnitudeOf(value) + 1 - most);
}

/**
 * Returns the possible errors of an input that a program printed with fewer digits than it had. Returns undefined for
 * numbers that a person made up, which are exact. If every last digit is a 5, they are fractions such as 0.0625.
 */
export function errorsOfPrinted(matrix: Matrix | undefined): Float64Array | undefined {
  if (!matrix) return undefined;
  const numbers = Array.from(matrix.data, (value) => ({ value, decimals: decimalsNeeded(value) }));
  const { of, most, whole } = lastDigitOf(numbers);
  const areMany = most * whole.length >= MIN_IN_ALL && 2 * whole.length >= numbers.length;
  const areFractions = whole.every(({ value, decimals }) => decimalsNeeded(2 * value) < decimals);
  if (most < FEWEST[of] || !areMany || areFractions) return undefined;
  const halfUnit = halfUnitIn(numbers);
  return Float64Array.from(numbers, (one) => halfUnit(one.value) + noiseOf(one));
}

/** Whether a program printed the inputs of a sheet, and therefore its steps. */
export const isOfProgram = ({ inputs }: Pick<Trace, "inputs">): boolean =>
  inputs.some(({ matrix }) => errorsOfPrinted(matrix));
