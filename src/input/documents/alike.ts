import type { Cell } from "./items.js";

/** The share by which a number above 1, such as a sum, may be off because it was computed from rounded ones. Set by taste. */
const OF_ROUNDING = 0.003;

/** Whether two numbers may be the same one, written with other decimals or computed from rounded numbers. */
export function areAlike(one: Cell | undefined, other: Cell | undefined): boolean {
  if (!one || !other) return one === other;
  // A whole number is seldom a rounded one. Numbers of far more digits are compared with those that qkv computes.
  const isRounded = one.decimals > 0 && one.decimals === other.decimals - 1;
  return isRounded ? isNear(other.value, one) : isNear(one.value, other);
}

/** Whether a number may be what is written, rounded, cut off or computed from rounded numbers. */
export const isNear = (number: number, { value, decimals }: NonNullable<Cell>): boolean =>
  number === value ||
  Math.abs(number - value) <=
    Math.max(1.02 * 10 ** -Math.max(1, decimals), Math.abs(value) > 1 ? OF_ROUNDING * Math.abs(value) : 0);
