import type { BlockedKeys } from "../math/blocked.js";
import type { BooleanMatrix, Matrix, Shape } from "../math/matrix.js";
import { type Expression, valueIn } from "./expression.js";

/** A range of rows or columns: those from `from` to before `to`, every `step`-th. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly step?: number;
}

/** An array, or a number that meets arrays. */
export type Term<A> = A | number;

/**
 * The words that ops are defined in: what an array library can do, as far as steps need it. An op is put in these words once. Numbers,
 * shapes, the arithmetic of a cell and the code of a library are readings of them. Arrays have two axes, rows and columns, and sums,
 * largest numbers and places of these keep theirs, but where `insertAxis` and `stack` say otherwise. Numbers meet arrays as in NumPy.
 */
export interface Primitives<A> {
  /** A number that is a convention: it stands at the head under its name, with what it means. */
  constant(name: string, value: number, meaning: string): A;
  /** Numbers that nothing leads to: they stand at the head under a name. */
  literal(name: string, matrix: Matrix): A;
  /** The keys that a query may not attend to, as true and false, n×m. */
  blocked(keys: BlockedKeys): A;
  /** True and false that nothing leads to: they stand at the head under a name. */
  flags(name: string, cells: BooleanMatrix): A;
  /** The numbers 0 … count − 1, one below the other. */
  rowNumbers(count: number): A;
  /** The numbers 0 … count − 1, side by side. */
  columnNumbers(count: number): A;
  zeros(shape: Shape): A;
  /** What is needed twice: as it is made, and as it is used again behind that. */
  keep(name: string, a: A): readonly [made: A, again: A];

  add(a: Term<A>, b: Term<A>): A;
  subtract(a: Term<A>, b: Term<A>): A;
  multiply(a: Term<A>, b: Term<A>): A;
  divide(a: Term<A>, b: Term<A>): A;
  power(a: Term<A>, b: Term<A>): A;
  equal(a: Term<A>, b: Term<A>): A;
  less(a: Term<A>, b: Term<A>): A;
  either(a: A, b: A): A;
  both(a: A, b: A): A;
  where(condition: A, a: Term<A>, b: Term<A>): A;
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
  /** The columns of both in turn: a0 b0 a1 b1 … */
  interleave(a: A, b: A, shape: Shape): A;
  takeRows(a: A, rows: readonly number[]): A;
  /** Zeros around an array. */
  pad(
    a: A,
    around: { readonly above: number; readonly below: number; readonly left: number; readonly right: number },
  ): A;
  /** n×m → n×1×m for axis 1, and so on. */
  insertAxis(a: A, axis: number): A;
  /** Several of n×m → k×n×m. */
  stack(parts: readonly A[]): A;
  /** Σ over axes, which are gone then. */
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

/** How a person writes the number at a place: the same everywhere, or by its row and column. */
export type Written<A> =
  | Expression
  | ((row: number, col: number, own: Expression, of: (a: A) => Expression) => Expression);

/** What is made of the primitives in the same way in every library; a reading may have a way of its own. */
interface Derived<A> {
  /** Numbers one below the other, or side by side: counted where they are 0, 1, 2 … */
  column(name: string, values: Float64Array): A;
  row(name: string, values: Float64Array): A;
  /** The same number; a person writes it so: 1/√2 and not 0.7071. */
  exactly<T extends Term<A>>(a: T, written: Written<A>): T;
  /** A number that stands where it does for a reason, which people are told: "0, because no key may be attended". */
  because(value: number, text: string | ((row: number, col: number) => string)): Term<A>;
  /** The same numbers, which come to `value` where something is so: people are told that, and why. */
  told(a: A, isSo: () => A, value: number, text?: string): A;
  /** The same numbers; where nothing is added up people are told why it is 0. */
  orNothing(a: A, text: string): A;
  /** 0 − a. */
  negative(a: A): A;
  /** a². */
  square(a: A): A;
  /** a ln a, and 0 for 0. */
  xlogx(a: A): A;
  /** The whole number below; one that is missed by no more than rounding counts as reached: ln 4 / ln 16 · 8 is 4. */
  wholeBelow(a: A): A;
  /** Σ of all cells, 1×1. */
  total(a: A): A;
}

/** The words, with what is made of them. */
export interface Arrays<A> extends Primitives<A>, Derived<A> {
  /** A number as a person writes it: 1/√2, and not 0.7071. */
  known(written: Expression): Term<A>;
  /** 1 in the place of 0, so that a division by it says something. */
  orOne(a: A): A;
  /** The column of the largest number of each row; NaN in rows without a positive one. */
  strongest(a: A): A;
  /** True on the diagonal of a square. */
  onDiagonal(size: number): A;
  /** A vector of this shape as one row, or one column, whichever way it lies; and such a row as a vector of this shape. */
  asRow(a: A, shape: Shape): A;
  asColumn(a: A, shape: Shape): A;
}

/** All the words of a reading, from those that it says itself. */
export function arraysFrom<A>(said: Primitives<A> & Partial<Derived<A>>): Arrays<A> {
  const { add, multiply, equal, less, where, call, sum, max, argmax, transpose } = said;
  const { literal, rowNumbers, columnNumbers, because = (value: number) => value } = said;
  const exactly: Derived<A>["exactly"] = said.exactly ?? ((a) => a);
  const orOne = (a: A) => where(equal(a, 0), 1, a);
  return {
    column: (name, data) =>
      isCounted(data) ? rowNumbers(data.length) : literal(name, { rows: data.length, cols: 1, data }),
    row: (name, data) =>
      isCounted(data) ? columnNumbers(data.length) : literal(name, { rows: 1, cols: data.length, data }),
    told: (a) => a,
    orNothing: (a) => a,
    negative: (a) => multiply(-1, a),
    square: (a) => multiply(a, a),
    xlogx: (a) => multiply(a, call("log", orOne(a))),
    wholeBelow: (a) => call("floor", add(a, WITHIN_ROUNDING)),
    total: (a) => sum(sum(a, 1), 0),
    ...said,
    because,
    exactly,
    known: (written) => exactly<Term<A>>(valueIn(written), written),
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

/** What an op is, in these words. */
export type InWords<Params> = <A>(
  arrays: Arrays<A>,
  inputs: readonly A[],
  params: Params,
  shapes: readonly Shape[],
) => A;

/** Every row, or every column. */
export const whole = (count: number): Range => ({ from: 0, to: count });
