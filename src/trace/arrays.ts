import { because, exactly, firstUse, laterUse } from "./expandable.js";
import { type Expression, valueIn } from "./expression.js";
import {
  argmax,
  call,
  columnNumbers,
  type Elementwise,
  equal,
  less,
  literal,
  max,
  rowNumbers,
  transpose,
  where,
} from "./primitives.js";
import type { Term } from "./term.js";

// The array operations that ops are defined in. Each op is written once with these operations. The numbers, the
// shapes, the arithmetic of a cell and the code for a library are all derived from that definition. Arrays have two
// axes, rows and columns. `sum`, `max` and `argmax` keep both axes; only `insertAxis` and `stack` add one.

export * from "./expandable.js";
export * from "./primitives.js";
export { type Operand, Term } from "./term.js";

/** The definition of an op: its result for these inputs, written with array operations. */
export type Definition<Params> = (inputs: readonly Term[], params: Params) => Term;

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
