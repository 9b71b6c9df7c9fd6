import type { Shape } from "../math/matrix.js";

/** The size of an array along each axis. A number has no axes. */
export type Dims = readonly number[];

/** One array operation, applied to arrays. The definition of an op is such a term; interpreters compute it. */
export class Term {
  readonly operation: string;
  /** Terms, lists of terms, and everything else that the operation needs. */
  readonly args: readonly unknown[];
  readonly dims: Dims;
  /** Returns the same array in other operations, for interpreters that do not know this one. */
  readonly expand: (() => Term) | undefined;

  constructor(operation: string, args: readonly unknown[], dims: Dims, expand?: () => Term) {
    this.operation = operation;
    this.args = args;
    this.dims = dims;
    this.expand = expand;
  }

  get rows(): number {
    return this.dims[0];
  }

  get cols(): number {
    return this.dims[1];
  }
}

/** An array or a number. A number is broadcast to the shape of the array. */
export type Operand = Term | number;

/** Returns a term for an operand. */
export const termOf = (a: Operand): Term => (typeof a === "number" ? new Term("number", [a], []) : a);

/** Returns the sizes of a matrix along its axes. */
export const dimsOf = ({ rows, cols }: Shape): Dims => [rows, cols];

/** Returns the broadcast sizes of two arrays. Missing axes come first, and size 1 goes with any size. */
export function broadcastDims(first: Dims, second: Dims): Dims {
  if (first === second || second.length === 0) return first;
  if (second.length > first.length) return broadcastDims(second, first);
  const missing = first.length - second.length;
  return first.map((size, axis) => (axis < missing || size !== 1 ? size : second[axis - missing]));
}

/** Returns a term of an operation that broadcasts its operands. */
export function broadcast(operation: string, ...operands: readonly Operand[]): Term {
  const args = operands.map(termOf);
  let { dims } = args[0];
  for (let at = 1; at < args.length; at++) dims = broadcastDims(dims, args[at].dims);
  return new Term(operation, args, dims);
}

/** Returns the terms that a term is computed from, each before its uses, and the term itself at the end. */
export function termsOf(result: Term): readonly Term[] {
  const found = new Set<Term>();
  const visit = (term: Term) => {
    if (found.has(term)) return;
    for (const arg of term.args.flat()) if (arg instanceof Term) visit(arg);
    found.add(term);
  };
  visit(result);
  return [...found];
}
