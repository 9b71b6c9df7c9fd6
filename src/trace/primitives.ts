import type { BlockedKeys } from "../math/blocked.js";
import { sumOver } from "../math/lists.js";
import type { BooleanMatrix, Matrix, Shape } from "../math/matrix.js";
import { broadcast, dimsOf, type Operand, Term } from "./term.js";

// The array operations that every interpreter knows: what an array library can do, as far as ops need it. Numbers are
// broadcast as in NumPy.

/** A number that is a convention. Emitted code defines it at the top, with its name and meaning. */
export const convention = (name: string, value: number, meaning: string) =>
  new Term("convention", [name, value, meaning], []);

export const number = (value: number) => new Term("number", [value], []);

/** A matrix that is not computed from the inputs. Emitted code defines it at the top under this name. */
export const literal = (name: string, matrix: Matrix) => new Term("literal", [name, matrix], dimsOf(matrix));

/** The keys that each query may not attend to, as true and false, n×m. */
export const blocked = (keys: BlockedKeys) => new Term("blocked", [keys], dimsOf(keys));

/** A boolean matrix that is not computed from the inputs. Emitted code defines it at the top under this name. */
export const flags = (name: string, cells: BooleanMatrix) => new Term("flags", [name, cells], dimsOf(cells));

/** The numbers 0 … count − 1 as one column. */
export const rowNumbers = (count: number) => new Term("rowNumbers", [count], [count, 1]);

/** The numbers 0 … count − 1 as one row. */
export const columnNumbers = (count: number) => new Term("columnNumbers", [count], [1, count]);

export const zeros = (shape: Shape) => new Term("zeros", [shape], dimsOf(shape));

/** Returns an operation on two arrays or numbers, which are broadcast. */
const binary = (operation: string) => (a: Operand, b: Operand) => broadcast(operation, a, b);

export const add = binary("add");
export const subtract = binary("subtract");
export const multiply = binary("multiply");
export const divide = binary("divide");
export const power = binary("power");
export const equal = binary("equal");
export const less = binary("less");
export const or = binary("or");
export const and = binary("and");
export const where = (condition: Term, a: Operand, b: Operand) => broadcast("where", condition, a, b);
export const atLeast = (a: Term, limit: number) => new Term("atLeast", [a, limit], a.dims);
export const atMost = (a: Term, limit: number) => new Term("atMost", [a, limit], a.dims);

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

export const call = (name: Elementwise, a: Term) => new Term("call", [name, a], a.dims);

export const matmul = (a: Term, b: Term) => new Term("matmul", [a, b], [a.rows, b.cols]);
export const transpose = (a: Term) => new Term("transpose", [a], a.dims.toReversed());

/** Returns a reduction over one axis, which keeps length 1. */
const reduction = (operation: string) => (a: Term, axis: 0 | 1) =>
  new Term(operation, [a, axis], a.dims.with(axis, 1));

export const sum = reduction("sum");
export const max = reduction("max");
export const argmax = reduction("argmax");

/** A range of rows or columns: every `step`-th one from `from` up to, but not including, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly step?: number | undefined;
}

const countOf = ({ from, to, step = 1 }: Range) => Math.ceil((to - from) / step);

/** Some rows and columns. `from` and `to` are the first and the last ones by default. */
export function slice(a: Term, rows: Partial<Range>, columns: Partial<Range>) {
  const [down, across] = [rows, columns].map(({ from = 0, to, step }, axis) => ({
    from,
    to: to ?? a.dims[axis],
    step,
  }));
  return new Term("slice", [a, down, across], [countOf(down), countOf(across)]);
}

/** Returns an operation that joins arrays along an axis. */
const joining = (operation: string, axis: 0 | 1) => (parts: readonly Term[]) => {
  const all = sumOver(parts, ({ dims }) => dims[axis]);
  return new Term(operation, [parts], parts[0].dims.with(axis, all));
};

export const joinRows = joining("joinRows", 0);
export const joinColumns = joining("joinColumns", 1);

/** The columns of `a` and `b` in alternation: a0 b0 a1 b1 … */
export const interleave = (a: Term, b: Term) => new Term("interleave", [a, b], [a.rows, a.cols + b.cols]);

export const takeRows = (a: Term, rows: readonly number[]) =>
  new Term("takeRows", [a, rows], [rows.length, a.cols]);

/** How many rows and columns are added on each side of an array. */
export interface Padding {
  readonly above: number;
  readonly below: number;
  readonly left: number;
  readonly right: number;
}

/** `a` with zeros around it: none by default. */
export function pad(a: Term, around: Partial<Padding>) {
  const padding: Padding = { above: 0, below: 0, left: 0, right: 0, ...around };
  const { above, below, left, right } = padding;
  if (above + below + left + right === 0) return a;
  return new Term("pad", [a, padding], [a.rows + above + below, a.cols + left + right]);
}

/** Adds an axis of length 1: n×m → n×1×m for axis 1, and so on. */
export const insertAxis = (a: Term, axis: number) =>
  new Term("insertAxis", [a, axis], a.dims.toSpliced(axis, 0, 1));

/** Stacks several n×m arrays: k×n×m. */
export const stack = (parts: readonly Term[]) => new Term("stack", [parts], [parts.length, ...parts[0].dims]);

/** Sums over some axes and removes them. */
export const sumAway = (a: Term, axes: readonly number[]) =>
  new Term(
    "sumAway",
    [a, axes],
    a.dims.filter((_, axis) => !axes.includes(axis)),
  );
