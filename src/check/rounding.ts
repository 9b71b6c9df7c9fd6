import { roundDecimals, roundSignificant } from "../math/decimal.js";
import { isWhole, magnitudeOf } from "./significant.js";

/** Rounds every number in one way, to so many decimals or significant digits. The loops stand apart, since a function that is handed in costs more than the rounding. */
export type RoundAll = (numbers: Float64Array, decimals: number) => Float64Array;

export const roundAll: RoundAll = (numbers, decimals) => {
  const rounded = new Float64Array(numbers.length);
  for (let index = 0; index < rounded.length; index++)
    rounded[index] = roundDecimals(numbers[index], decimals);
  return rounded;
};

/** Digits cut off. */
export const cutAll: RoundAll = (numbers, decimals) => {
  const cut = new Float64Array(numbers.length);
  for (let index = 0; index < cut.length; index++) cut[index] = truncateDecimals(numbers[index], decimals);
  return cut;
};

/** To significant digits; a whole number is written as it is, however many it has. */
export const roundAllSignificant: RoundAll = (numbers, digits) =>
  numbers.map((value) => (isWhole(value) ? value : roundSignificant(value, digits)));

/** Digits behind so many significant ones cut off; a whole number keeps all. */
export const cutAllSignificant: RoundAll = (numbers, digits) =>
  numbers.map((value) => (isWhole(value) ? value : truncateDecimals(value, digits - 1 - magnitudeOf(value))));

/** Digits cut off; a number that misses its last digit by binary noise alone keeps it. */
export function truncateDecimals(value: number, decimals: number): number {
  const power = 10 ** decimals;
  return Math.trunc(value * power + Math.sign(value) * 1e-9) / power;
}
