import { type Expression, valueIn } from "./expression.js";
import {
  add,
  argmax,
  call,
  columnNumbers,
  type Elementwise,
  equal,
  less,
  literal,
  max,
  multiply,
  rowNumbers,
  sum,
  transpose,
  where,
} from "./primitives.js";
import { type Operand, Term, termOf } from "./term.js";

// The array operations that ops are defined in. Each op is written once with these operations. The numbers, the
// shapes, the arithmetic of a cell and the code for a library are all derived from that definition. Arrays have two
// axes, rows and columns. `sum`, `max` and `argmax` keep both axes; only `insertAxis` and `stack` add one.

export * from "./primitives.js";
export type { Operand, Term } from "./term.js";

/** The definition of an op: its result for these inputs, written with array operations. */
export type Definition<Params> = (inputs: readonly Term[], params: Params) => Term;

// Operations that an interpreter may know. For another one they are expanded.

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
export const xlogx = (a: Term) => new Term("xlogx", [a], a.dims, () => multiply(a, log(orOne(a))));

/**
 * Rounds down to a whole number. A number that is below a whole number only by rounding error gives that whole number:
 * ln 4 / ln 16 · 8 is 4.
 */
export const tolerantFloor = (a: Term) =>
  new Term("tolerantFloor", [a], a.dims, () => floor(add(a, WITHIN_ROUNDING)));

const WITHIN_ROUNDING = 2 ** -40;

/** Σ of all cells, 1×1. */
export const total = (a: Term) => new Term("total", [a], [1, 1], () => sum(sum(a, 1), 0));

// Operations that are the same for every interpreter.

const applying = (name: Elementwise) => (a: Term) => call(name, a);

export const exp = applying("exp");
export const log = applying("log");
export const sqrt = applying("sqrt");
export const tanh = applying("tanh");
export const sin = applying("sin");
export const cos = applying("cos");
export const arccos = applying("arccos");
export const abs = applying("abs");
export const sign = applying("sign");
export const floor = applying("floor");
export const erf = applying("erf");

/** Numbers as one column. If they are 0, 1, 2 …, they are made by counting. */
export const column = (name: string, data: Float64Array) =>
  isCounted(data) ? rowNumbers(data.length) : literal(name, { rows: data.length, cols: 1, data });

/** Numbers as one row. If they are 0, 1, 2 …, they are made by counting. */
export const row = (name: string, data: Float64Array) =>
  isCounted(data) ? columnNumbers(data.length) : literal(name, { rows: 1, cols: data.length, data });

const isCounted = (values: Float64Array) => values.every((value, at) => value === at);

/** A value that is used twice. Emitted code gives it a name. */
export function assign(name: string, a: Term): readonly [firstUse: Term, laterUse: Term] {
  const first = firstUse(a, name);
  return [first, laterUse(first, name)];
}

/** A number as a person writes it: 1/√2 instead of 0.7071. */
export const symbolic = (written: Expression) => exactly(valueIn(written), written);

/** Replaces 0 by 1, so that a division by the result is defined. */
export const orOne = (a: Term) => where(equal(a, 0), 1, a);

/** The column of the largest number of each row. NaN for rows without a positive number. */
export const strongest = (a: Term) =>
  where(less(0, max(a, 1)), argmax(a, 1), because(Number.NaN, "NaN, because no key stands out"));

/** True on the diagonal of a square array. */
export const onDiagonal = (size: number) => equal(rowNumbers(size), columnNumbers(size));

/** A row vector or column vector as one row. `asColumn` returns it as one column. */
export const asRow = (a: Term) => (a.rows === 1 ? a : transpose(a));
export const asColumn = (a: Term) => (a.cols === 1 ? a : transpose(a));
