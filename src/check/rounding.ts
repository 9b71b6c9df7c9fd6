import { roundDecimals, roundSignificant } from "../math/decimal.js";
import { isWhole, magnitudeOf } from "./significant.js";

/**
 * Rounds all numbers to a number of decimals or significant digits. Each rounding has its own loop, because calling a
 * passed function for each number costs more than the rounding.
 */
export type RoundAll = (numbers: Float64Array, decimals: number) => Float64Array;

export const roundAll: RoundAll = (numbers, decimals) => {
  const rounded = new Float64Array(numbers.length);
  for (let index = 0; index < rounded.length; index++)
    rounded[index] = roundDecimals(numbers[index], decimals);
  return rounded;
};

/** Cuts off the digits after these decimals. */
export const cutAll: RoundAll = (numbers, decimals) => {
  const cut = new Float64Array(numbers.length);
  for (let index = 0; index < cut.length; index++) cut[index] = truncateDecimals(numbers[index], decimals);
  return cut;
};

/** Rounds to significant digits. A whole number keeps all its digits. */
export const roundAllSignificant: RoundAll = (numbers, digits) =>
  numbers.map((value) => (isWhole(value) ? value : roundSignificant(value, digits)));

/** Cuts off the digits after these significant digits. A whole number keeps all its digits. */
export const cutAllSignificant: RoundAll = (numbers, digits) =>
  numbers.map((value) => (isWhole(value) ? value : truncateDecimals(value, digits - 1 - magnitudeOf(value))));

/**
 * Cuts off the digits after these decimals. A number that only misses its last digit because of binary rounding keeps
 * it.
 */
export function truncateDecimals(value: number, decimals: number): number {
  const power = 10 ** decimals;
  return Math.trunc(value * power + Math.sign(value) * 1e-9) / power;
}
