import type { Shape } from "../math/matrix.js";
import type * as arrays from "./arrays.js";
import type * as primitives from "./primitives.js";
import { type Dims, dimsOf, Term } from "./term.js";

/** What an interpreter gets for an argument of an operation: arrays of its own in the place of terms. */
type Interpreted<Arg, A> = [Term] extends [Arg] ? A : Arg extends readonly Term[] ? readonly A[] : Arg;

/** The operations of a module, with the arrays of an interpreter. Each also gets the sizes of its result. */
type Operations<Module, A> = {
  readonly [Name in keyof Module]: Module[Name] extends (...args: infer Args) => Term
    ? (...args: [...{ [At in keyof Args]: Interpreted<Args[At], A> }, dims: Dims]) => A
    : never;
};

type Primitives<A> = Omit<Operations<typeof primitives, A>, "slice" | "pad"> & {
  readonly slice: (a: A, rows: primitives.Range, columns: primitives.Range, dims: Dims) => A;
  readonly pad: (a: A, around: primitives.Padding, dims: Dims) => A;
};

/** How array operations are computed with arrays of another kind: numbers, the arithmetic of cells, code. */
export type Interpreter<A> = Primitives<A> &
  Partial<Omit<Operations<typeof arrays, A>, keyof typeof primitives | "assign">>;

/** Returns the terms that stand for inputs of these shapes in a definition. */
export const inputTerms = (shapes: readonly Shape[]): readonly Term[] =>
  shapes.map((shape, index) => new Term("input", [index], dimsOf(shape)));

/** Computes a term. Each part is computed once. */
export function interpret<A>(result: Term, interpreter: Interpreter<A>, inputs: readonly A[]): A {
  const operations = interpreter as Readonly<Record<string, ((...args: unknown[]) => A) | undefined>>;
  const known = new Map<Term, A>();
  const argument = (arg: unknown): unknown => {
    if (arg instanceof Term) return arrayOf(arg);
    return Array.isArray(arg) && arg[0] instanceof Term ? arg.map(arrayOf) : arg;
  };
  const compute = ({ operation, args, dims, expand }: Term): A => {
    if (operation === "input") return inputs[Number(args[0])];
    const own = operations[operation];
    if (own) return own(...args.map(argument), dims);
    if (expand) return arrayOf(expand());
    throw new RangeError(`nothing is known of the operation "${operation}"`);
  };
  // Without the closure that `remember` takes: a sweep computes millions of terms.
  function arrayOf(term: Term): A {
    let array = known.get(term);
    if (array === undefined) {
      array = compute(term);
      known.set(term, array);
    }
    return array;
  }
  return arrayOf(result);
}
