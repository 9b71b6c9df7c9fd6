import type { BlockedKeys } from "../math/blocked.js";
import { type BooleanMatrix, createBooleanMatrix, isTrue, type Matrix, type Shape } from "../math/matrix.js";
import type { OPS } from "../ops/registry.js";
import type { Op } from "../trace/op.js";

/** A range of rows or columns: those from `from` to before `to`, every `step`-th. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly step?: number;
}

/** An array, or a number that meets arrays. */
export type Term<A> = A | number;

/**
 * What an array library can do, as far as steps need it. A dialect says how each is written, so that an op is put in these
 * words once and can be written in every dialect. Arrays have two axes, rows and columns, and sums, largest numbers and
 * places of these keep theirs, but where `insertAxis` and `stack` say otherwise. Numbers meet arrays as in NumPy.
 */
export interface Primitives<A> {
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

/** What is made of these in the same way in every library. */
export interface Arrays<A> extends Primitives<A> {
  /** 0 − a. */
  negative(a: A): A;
  /** a². */
  square(a: A): A;
  /** 1 in the place of 0, so that a division by it says something. */
  orOne(a: A): A;
  /** Σ of all cells, 1×1. */
  total(a: A): A;
  /** The column of the largest number of each row; NaN in rows without a positive one. */
  strongest(a: A): A;
  /** True on the diagonal of a square. */
  onDiagonal(size: number): A;
  /** A vector of this shape as one row, or one column, whichever way it lies; and such a row as a vector of this shape. */
  asRow(a: A, shape: Shape): A;
  asColumn(a: A, shape: Shape): A;
  /** Numbers one below the other, or side by side: counted where they are 0, 1, 2 … */
  column(name: string, values: Float64Array): A;
  row(name: string, values: Float64Array): A;
}

/** The words of a library, with what is made of them. */
export function arraysFrom<A>(primitives: Primitives<A>): Arrays<A> {
  const { multiply, equal, less, where, sum, max, argmax, transpose } = primitives;
  const { rowNumbers, columnNumbers, literal } = primitives;
  return {
    ...primitives,
    negative: (a) => multiply(-1, a),
    square: (a) => multiply(a, a),
    orOne: (a) => where(equal(a, 0), 1, a),
    total: (a) => sum(sum(a, 1), 0),
    strongest: (a) => where(less(0, max(a, 1)), argmax(a, 1), Number.NaN),
    onDiagonal: (size) => equal(rowNumbers(size), columnNumbers(size)),
    asRow: (a, { rows }) => (rows === 1 ? a : transpose(a)),
    asColumn: (a, { cols }) => (cols === 1 ? a : transpose(a)),
    column: (name, data) =>
      isCounted(data) ? rowNumbers(data.length) : literal(name, { rows: data.length, cols: 1, data }),
    row: (name, data) =>
      isCounted(data) ? columnNumbers(data.length) : literal(name, { rows: 1, cols: data.length, data }),
  };
}

const isCounted = (values: Float64Array) => values.every((value, at) => value === at);

/** The shapes of what an op was applied to, and of what it makes. */
export interface Shapes {
  readonly inputs: readonly Shape[];
  readonly result: Shape;
}

/** What an op is in the words of an array library. */
export type Rule<Params> = <A>(arrays: Arrays<A>, inputs: readonly A[], params: Params, shapes: Shapes) => A;

/** The rules of all ops, each for the parameters of its op. */
export type Rules = {
  readonly [Name in keyof typeof OPS]: (typeof OPS)[Name] extends Op<infer Params> ? Rule<Params> : never;
};

/** Every row, or every column. */
export const whole = (count: number): Range => ({ from: 0, to: count });

/**
 * The keys that queries may not attend to, as the rule that they follow where they follow one: j ≥ i + 1 is causal. Keys that
 * are blocked one by one are given as `cells`.
 */
export function blockedRule<A>(
  arrays: Primitives<A>,
  keys: BlockedKeys,
  cells: (flags: BooleanMatrix) => A,
): A {
  const { rows, cols, numRuled, low, high } = keys;
  const [i, j] = [arrays.rowNumbers(rows), arrays.columnNumbers(cols)];
  const below = boundOf(arrays, i, low, { none: 0, most: numRuled, before: 0 });
  const last = boundOf(arrays, i, high, { none: numRuled, most: numRuled, before: 1 });
  const parts = [
    ...(below === undefined ? [] : [arrays.less(j, below)]),
    ...(last === undefined ? [] : [arrays.less(last, j)]),
    ...(keys.cells ? [cells(widened(keys.cells, cols))] : []),
  ];
  if (parts.length === 0) return arrays.less(j, arrays.subtract(i, rows));
  const blocked = parts.reduce((all, part) => arrays.either(all, part));
  return numRuled === cols ? blocked : arrays.both(blocked, arrays.less(j, numRuled));
}

/** Keys that no rule reaches are behind the others. */
const widened = (cells: BooleanMatrix, cols: number): BooleanMatrix =>
  cells.cols === cols
    ? cells
    : createBooleanMatrix(cells.rows, cols, (row, col) => col < cells.cols && isTrue(cells, row, col));

/** The place `before` the bound of each row as i + offset or as one number; undefined where it bounds nothing. */
function boundOf<A>(
  arrays: Primitives<A>,
  i: A,
  bounds: Float64Array,
  { none, most, before }: { readonly none: number; readonly most: number; readonly before: number },
): Term<A> | undefined {
  if (bounds.every((bound) => bound === none)) return undefined;
  if (bounds.every((bound) => bound === bounds[0])) return bounds[0] - before;
  const row = bounds.findIndex((bound) => bound > 0 && bound < most);
  const offset = bounds[row] - row;
  const isShifted = bounds.every((bound, at) => bound === Math.min(most, Math.max(0, at + offset)));
  if (row >= 0 && isShifted) {
    return offset === before ? i : arrays.add(i, offset - before);
  }
  const data = bounds.map((bound) => bound - before);
  return arrays.literal("bounds", { rows: bounds.length, cols: 1, data });
}
