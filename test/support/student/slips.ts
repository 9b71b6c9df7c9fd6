import type { Slip, WrittenStep } from "./student.js";
import { oneOf, wholeIn } from "./work.js";

/**
 * Kinds of slips: a wrong number that is used further, one wrong digit, a wrong copy of a right number, two digits
 * swapped, a wrong decimal point, a wrong sign.
 */
export type SlipKind = "value" | "digit" | "copy" | "swap" | "comma" | "sign";

/** Swaps two neighbouring digits. */
function swapped(random: () => number, value: number, decimals: number): number {
  const text = value.toFixed(decimals);
  const pairs = [...text.matchAll(/\d(?=\.?\d)/g)].map(({ index }) => index);
  if (pairs.length === 0) return value;
  const at = oneOf(random, pairs);
  const next = text[at + 1] === "." ? at + 2 : at + 1;
  const signs = [...text];
  [signs[at], signs[next]] = [signs[next], signs[at]];
  return Number(signs.join(""));
}

/** The wrong numbers that a hand writes for a right one. */
const HANDS = {
  swap: swapped,
  comma: (random: () => number, value: number, decimals: number) =>
    Number((value * (random() < 0.5 ? 10 : 0.1)).toFixed(decimals)),
  sign: (_: () => number, value: number) => 0 - value,
};

/** A slip changes a cell by at least this many units, so that rounding cannot explain it. */
const FEWEST_UNITS = 5;

/** Changes one digit of a cell. Returns undefined if the change is too small to be seen. */
function otherDigit(random: () => number, value: number, decimals: number): number | undefined {
  const text = value.toFixed(decimals);
  const digits = [...text].flatMap((sign, at) => (/\d/.test(sign) ? [at] : []));
  const at = oneOf(random, digits);
  const changed = Number(text.slice(0, at) + wholeIn(random, 0, 9) + text.slice(at + 1));
  const units = decimals === 0 ? 1 : FEWEST_UNITS;
  return Math.abs(changed - value) > (units - 0.5) * 10 ** -decimals ? changed : undefined;
}

function otherValue(random: () => number, value: number, decimals: number): number {
  const sign = random() < 0.5 ? -1 : 1;
  const size = decimals === 0 ? wholeIn(random, 1, 4) : wholeIn(random, FEWEST_UNITS, 60) * 10 ** -decimals;
  return Number((value + sign * size).toFixed(decimals));
}

function drawValue(random: () => number, kind: SlipKind, before: number, decimals: number) {
  if (kind === "digit") return otherDigit(random, before, decimals);
  if (kind === "value" || kind === "copy") return otherValue(random, before, decimals);
  const value = HANDS[kind](random, before, decimals);
  const units = decimals === 0 ? 1 : FEWEST_UNITS;
  return Math.abs(value - before) > (units - 0.5) * 10 ** -decimals ? value : undefined;
}

/** Draws a slip in a finite cell of a step without one. Nobody writes weights or exponentials below 0. */
export function drawSlip(
  random: () => number,
  kind: SlipKind,
  { key, rows, decimals }: WrittenStep,
  found: readonly Slip[],
): Slip | undefined {
  const [row, col] = [wholeIn(random, 0, rows.length - 1), wholeIn(random, 0, rows[0].length - 1)];
  const before = rows[row][col];
  const isTaken = found.some((slip) => slip.key === key && slip.row === row && slip.col === col);
  if (isTaken || !Number.isFinite(before)) return undefined;
  const value = drawValue(random, kind, before, decimals);
  const isPositive = /exponentials|row-sums|weights/.test(key);
  // A masked weight is 0. Whoever writes another number there forgot the mask, which is no slip.
  if (value === undefined || (isPositive && (before === 0 || value <= 0))) return undefined;
  return { key, row, col, value, ...(kind === "copy" && { isCopied: true }) };
}
