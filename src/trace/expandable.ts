import type { Expression } from "./expression.js";
import { add, call, equal, multiply, sum, where } from "./primitives.js";
import { type Operand, Term, termOf } from "./term.js";

// The array operations that an interpreter may know. For another one they are expanded.

/** How a person writes the number in a cell: the same for all cells, or depending on row and column. */
export type Written =
  | Expression
  | ((row: number, col: number, cell: Expression, others: readonly Expression[]) => Expression);

/** The same number, and how a person writes it: 1/√2 instead of 0.7071. It may be written with cells of `others`. */
export function exactly(a: Operand, written: Written, others: readonly Term[] = []): Term {
  const given = termOf(a);
  return new Term("exactly", [given, written, others], given.dims, () => given);
}

/** A number with a reason that people are shown: "0, because no key may be attended". */
export const because = (value: number, text: string | ((row: number, col: number) => string)) =>
  new Term("because", [value, text], [], () => termOf(value));

/**
 * The same numbers as `a`. The explanation of a cell shows `value`, with `text` as the reason, if `condition` is true
 * there.
 */
export const explainAs = (a: Term, condition: Term, value: number, text?: string) =>
  new Term("explainAs", [a, condition, value, text], a.dims, () => a);

/** The same numbers as `a`, which is a sum. The explanation of a sum without terms shows `text` as the reason for the 0. */
export const explainIfEmpty = (a: Term, text: string) =>
  new Term("explainIfEmpty", [a, text], a.dims, () => a);

/** A value that is used twice. Emitted code gives it a name here; `laterUse` is this name. */
export const firstUse = (a: Term, name: string) => new Term("firstUse", [a, name], a.dims, () => a);
export const laterUse = (a: Term, name: string) => new Term("laterUse", [a, name], a.dims, () => a);

/** 0 − a. */
export const negative = (a: Term) => new Term("negative", [a], a.dims, () => multiply(-1, a));

/** a². */
export const square = (a: Term) => new Term("square", [a], a.dims, () => multiply(a, a));

/** a ln a, with 0 for a = 0. */
export const xlogx = (a: Term) =>
  new Term("xlogx", [a], a.dims, () => multiply(a, call("log", where(equal(a, 0), 1, a))));

/**
 * Rounds down to a whole number. A number that is below a whole number only by rounding error gives that whole number:
 * ln 4 / ln 16 · 8 is 4.
 */
export const tolerantFloor = (a: Term) =>
  new Term("tolerantFloor", [a], a.dims, () => call("floor", add(a, WITHIN_ROUNDING)));

const WITHIN_ROUNDING = 2 ** -40;

/** Σ of all cells, 1×1. */
export const total = (a: Term) => new Term("total", [a], [1, 1], () => sum(sum(a, 1), 0));
