import type { BlockedKeys } from "../math/blocked.js";
import type { Matrix, Shape } from "../math/matrix.js";
import type { OPS } from "../ops/registry.js";
import type { Op } from "../trace/op.js";

/** A range of rows or columns: those from `from` to before `to`, every `step`-th. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly step?: number;
}

/**
 * What an array library can do, as far as steps need it. A dialect says how each is written, so that an op is put in these
 * words once and can be written in every dialect. Arrays have two axes, rows and columns, and sums, largest numbers and
 * places of these keep theirs, but where `insertAxis` and `stack` say otherwise. Numbers meet arrays as in NumPy.
 */
export interface Arrays<A> {
  number(value: number): A;
  /** A number that is a convention: it stands at the head under its name, with what it means. */
  constant(name: string, value: number, meaning: string): A;
  /** Numbers that nothing leads to: they stand at the head under a name. */
  literal(name: string, matrix: Matrix): A;
  /** The keys that a query may not attend to, as true and false, n×m. */
  blocked(keys: BlockedKeys): A;
  /** True in these columns of each row. */
  flags(name: string, columns: readonly (readonly number[])[], shape: Shape): A;
  /** The numbers 0 … count − 1, one below the other. */
  rowNumbers(count: number): A;
  /** The numbers 0 … count − 1, side by side. */
  columnNumbers(count: number): A;
  zeros(shape: Shape): A;
  /** What is needed twice: as it is made, and as it is used again behind that. */
  keep(name: string, a: A): readonly [made: A, again: A];

  add(a: A, b: A): A;
  subtract(a: A, b: A): A;
  multiply(a: A, b: A): A;
  divide(a: A, b: A): A;
  power(a: A, b: A): A;
  equal(a: A, b: A): A;
  less(a: A, b: A): A;
  either(a: A, b: A): A;
  both(a: A, b: A): A;
  where(condition: A, a: A, b: A): A;
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

/** What an op was applied to. */
export interface Operand<A> {
  readonly array: A;
  readonly shape: Shape;
}

/** What an op is in the words of an array library. */
export type Rule<Params> = <A>(
  arrays: Arrays<A>,
  inputs: readonly Operand<A>[],
  params: Params,
  shape: Shape,
) => A;

/** The rules of all ops, each for the parameters of its op. */
export type Rules = {
  readonly [Name in keyof typeof OPS]: (typeof OPS)[Name] extends Op<infer Params> ? Rule<Params> : never;
};

/** Every row, or every column. */
export const whole = (count: number): Range => ({ from: 0, to: count });

/** 0 − a. */
export const negative = <A>(arrays: Arrays<A>, a: A): A => arrays.multiply(arrays.number(-1), a);

/** A vector as one row, whichever way it lies. */
export const asRow = <A>(arrays: Arrays<A>, { array, shape }: Operand<A>): A =>
  shape.rows === 1 ? array : arrays.transpose(array);

/** 1 in the place of 0, so that a division by it says something. */
export const orOne = <A>(arrays: Arrays<A>, a: A): A =>
  arrays.where(arrays.equal(a, arrays.number(0)), arrays.number(1), a);

/** Σ of all cells, 1×1. */
export const total = <A>(arrays: Arrays<A>, a: A): A => arrays.sum(arrays.sum(a, 1), 0);

/** The column of the largest number of each row; NaN in rows without a positive one. */
export const strongest = <A>(arrays: Arrays<A>, a: A): A =>
  arrays.where(
    arrays.less(arrays.number(0), arrays.max(a, 1)),
    arrays.argmax(a, 1),
    arrays.number(Number.NaN),
  );

/** True on the diagonal of a square. */
export const onDiagonal = <A>(arrays: Arrays<A>, size: number): A =>
  arrays.equal(arrays.rowNumbers(size), arrays.columnNumbers(size));
