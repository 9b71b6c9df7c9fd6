import type { BlockedKeys } from "../math/blocked.js";
import type { BooleanMatrix, Matrix, Shape } from "../math/matrix.js";
import { type Expression, valueIn } from "./expression.js";

/** A range of rows or columns: every `step`-th one from `from` up to, but not including, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly step?: number;
}

/** An array or a number. A number is broadcast to the shape of the array. */
export type Operand<A> = A | number;

/**
 * The array operations that ops are defined in: what an array library can do, as far as steps need it. Each op is
 * written once with these operations. The numbers, the shapes, the arithmetic of a cell and the code for a library are
 * all derived from that definition. Arrays have two axes, rows and columns. `sum`, `max` and `argmax` keep both axes;
 * only `insertAxis` and `stack` add one. Numbers are broadcast as in NumPy.
 */
export interface Primitives<A> {
  /** A number that is a convention. Emitted code defines it at the top, with its name and meaning. */
  constant(name: string, value: number, meaning: string): A;
  /** A matrix that is not computed from the inputs. Emitted code defines it at the top under this name. */
  literal(name: string, matrix: Matrix): A;
  /** The keys that each query may not attend to, as true and false, n×m. */
  blocked(keys: BlockedKeys): A;
  /** A boolean matrix that is not computed from the inputs. Emitted code defines it at the top under this name. */
  flags(name: string, cells: BooleanMatrix): A;
  /** The numbers 0 … count − 1 as one column. */
  rowNumbers(count: number): A;
  /** The numbers 0 … count − 1 as one row. */
  columnNumbers(count: number): A;
  zeros(shape: Shape): A;
  /** A value that is used twice: `firstUse` and `laterUse`. Emitted code gives it a name. */
  assign(name: string, a: A): readonly [firstUse: A, laterUse: A];

  add(a: Operand<A>, b: Operand<A>): A;
  subtract(a: Operand<A>, b: Operand<A>): A;
  multiply(a: Operand<A>, b: Operand<A>): A;
  divide(a: Operand<A>, b: Operand<A>): A;
  power(a: Operand<A>, b: Operand<A>): A;
  equal(a: Operand<A>, b: Operand<A>): A;
  less(a: Operand<A>, b: Operand<A>): A;
  or(a: A, b: A): A;
  and(a: A, b: A): A;
  where(condition: A, a: Operand<A>, b: Operand<A>): A;
  atLeast(a: A, limit: number): A;
  atMost(a: A, limit: number): A;
  call(name: Elementwise, a: A): A;

  matmul(a: A, b: A): A;
  transpose(a: A): A;
  sum(a: A, axis: 0 | 1): A;
  max(a: A, axis: 0 | 1): A;
  argmax(a: A, axis: 0 | 1): A;
  slice(a: A, rows: Range, columns: Range): A;
  joinRows(parts: readonly A[]): A;
  joinColumns(parts: readonly A[]): A;
  /** The columns of `a` and `b` in alternation: a0 b0 a1 b1 … */
  interleave(a: A, b: A, shape: Shape): A;
  takeRows(a: A, rows: readonly number[]): A;
  /** `a` with zeros around it. */
  pad(
    a: A,
    around: { readonly above: number; readonly below: number; readonly left: number; readonly right: number },
  ): A;
  /** Adds an axis of length 1: n×m → n×1×m for axis 1, and so on. */
  insertAxis(a: A, axis: number): A;
  /** Stacks several n×m arrays: k×n×m. */
  stack(parts: readonly A[]): A;
  /** Sums over some axes and removes them. */
  sumAway(a: A, axes: readonly number[]): A;
}

/** Functions of one number. */
export type Elementwise =
  | "exp"
  | "log"
  | "sqrt"
  | "tanh"
  | "sin"
  | "cos"
  | "arccos"
  | "abs"
  | "sign"
  | "floor"
  | "erf";

/** How a person writes the number in a cell: the same for all cells, or depending on row and column. */
export type Written<A> =
  | Expression
  | ((row: number, col: number, cell: Expression, cellOf: (a: A) => Expression) => Expression);

/**
 * Operations that can be built from the primitives in the same way for every library. An interpreter may define its
 * own version.
 */
interface Derived<A> {
  /** Numbers as one column or one row. If they are 0, 1, 2 …, they are made by counting. */
  column(name: string, values: Float64Array): A;
  row(name: string, values: Float64Array): A;
  /** The same number, and how a person writes it: 1/√2 instead of 0.7071. */
  exactly<T extends Operand<A>>(a: T, written: Written<A>): T;
  /** A number with a reason that people are shown: "0, because no key may be attended". */
  because(value: number, text: string | ((row: number, col: number) => string)): Operand<A>;
  /**
   * The same numbers as `a`. The explanation of a cell shows `value`, with `text` as the reason, if `condition` is
   * true there.
   */
  explainAs(a: A, condition: () => A, value: number, text?: string): A;
  /**
   * The same numbers as `a`, which is a sum. The explanation of a sum without terms shows `text` as the reason for the
   * 0.
   */
  explainIfEmpty(a: A, text: string): A;
  /** 0 − a. */
  negative(a: A): A;
  /** a². */
  square(a: A): A;
  /** a ln a, with 0 for a = 0. */
  xlogx(a: A): A;
  /**
   * Rounds down to a whole number. A number that is below a whole number only by rounding error gives that whole
   * number: ln 4 / ln 16 · 8 is 4.
   */
  tolerantFloor(a: A): A;
  /** Σ of all cells, 1×1. */
  total(a: A): A;
}

/** The primitives and everything that is built from them. */
export interface Arrays<A> extends Primitives<A>, Derived<A> {
  /** A number as a person writes it: 1/√2 instead of 0.7071. */
  symbolic(written: Expression): Operand<A>;
  /** Replaces 0 by 1, so that a division by the result is defined. */
  orOne(a: A): A;
  /** The column of the largest number of each row. NaN for rows without a positive number. */
  strongest(a: A): A;
  /** True on the diagonal of a square array. */
  onDiagonal(size: number): A;
  /** A row vector or column vector of this shape as one row. `asColumn` returns it as one column. */
  asRow(a: A, shape: Shape): A;
  asColumn(a: A, shape: Shape): A;
}

/**
 * Returns all array operations, built from the primitives of an interpreter and from the derived operations it
 * defines itself.
 */
export function arraysFrom<A>(primitives: Primitives<A> & Partial<Derived<A>>): Arrays<A> {
  const { add, multiply, equal, less, where, call, sum, max, argmax, transpose } = primitives;
  const { literal, rowNumbers, columnNumbers, because = (value: number) => value } = primitives;
  const exactly: Derived<A>["exactly"] = primitives.exactly ?? ((a) => a);
  const orOne = (a: A) => where(equal(a, 0), 1, a);
  return {
    column: (name, data) =>
      isCounted(data) ? rowNumbers(data.length) : literal(name, { rows: data.length, cols: 1, data }),
    row: (name, data) =>
      isCounted(data) ? columnNumbers(data.length) : literal(name, { rows: 1, cols: data.length, data }),
    explainAs: (a) => a,
    explainIfEmpty: (a) => a,
    negative: (a) => multiply(-1, a),
    square: (a) => multiply(a, a),
    xlogx: (a) => multiply(a, call("log", orOne(a))),
    tolerantFloor: (a) => call("floor", add(a, WITHIN_ROUNDING)),
    total: (a) => sum(sum(a, 1), 0),
    ...primitives,
    because,
    exactly,
    symbolic: (written) => exactly<Operand<A>>(valueIn(written), written),
    orOne,
    strongest: (a) =>
      where(less(0, max(a, 1)), argmax(a, 1), because(Number.NaN, "NaN, because no key stands out")),
    onDiagonal: (size) => equal(rowNumbers(size), columnNumbers(size)),
    asRow: (a, { rows }) => (rows === 1 ? a : transpose(a)),
    asColumn: (a, { cols }) => (cols === 1 ? a : transpose(a)),
  };
}

const isCounted = (values: Float64Array) => values.every((value, at) => value === at);

const WITHIN_ROUNDING = 2 ** -40;

/** The definition of an op, written with array operations. */
export type Definition<Params> = <A>(
  arrays: Arrays<A>,
  inputs: readonly A[],
  params: Params,
  shapes: readonly Shape[],
) => A;

/** The range of all rows, or of all columns. */
export const fullRange = (count: number): Range => ({ from: 0, to: count });
