import type { Shape } from "../../math/matrix.js";
import {
  type Arrays,
  arraysFrom,
  type Definition,
  type Elementwise,
  type Operand,
  type Range,
} from "../../trace/arrays.js";
import { constant } from "../../trace/expression.js";
import { type Dims, SHAPES } from "./shapes.js";

// Derives the gradient of a definition, as another definition. The definition is run once forwards. Then each
// operation, from last to first, says which gradient its arguments get.

/** An array on the way to the result: its size, the operation that made it, and the arguments. */
class Taped<A> {
  readonly value: Operand<A>;
  readonly dims: Dims;
  readonly operation: string;
  readonly args: readonly unknown[];

  constructor(value: Operand<A>, dims: Operand<Dims>, operation = "", args: readonly unknown[] = []) {
    this.value = value;
    this.dims = typeof dims === "number" ? [] : dims;
    this.operation = operation;
    this.args = args;
  }
}

type Operations = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

/** Replaces taped arrays in the arguments of an operation: by their values, or by their sizes. */
function untape<A>(arg: unknown, of: (taped: Taped<A>) => unknown): unknown {
  if (arg instanceof Taped) return of(arg);
  if (Array.isArray(arg)) return arg.map((one) => untape(one, of));
  if (typeof arg !== "function") return arg;
  // Functions that write texts for people may look at arrays, too.
  return (...given: readonly unknown[]) =>
    untape(
      arg(...given.map((one) => (typeof one === "function" ? (a: unknown) => one(untape(a, of)) : one))),
      of,
    );
}

/** Returns array operations that record each call on a tape. */
function taping<A>(arrays: Arrays<A>, tape: Taped<A>[]): Arrays<Taped<A>> {
  const record =
    (operation: string) =>
    (...args: readonly unknown[]) => {
      const value = (arrays as unknown as Operations)[operation](
        ...args.map((arg) => untape<A>(arg, (a) => a.value)),
      );
      const dims = (SHAPES as unknown as Operations)[operation](
        ...args.map((arg) => untape<A>(arg, (a) => a.dims)),
      );
      const result = new Taped(value as Operand<A>, dims as Operand<Dims>, operation, args);
      tape.push(result);
      return result;
    };
  const operations = Object.fromEntries(Object.keys(SHAPES).map((name) => [name, record(name)]));
  // `assign` is not recorded: it names an array in a script, and a gradient might never use that name.
  return arraysFrom({ ...operations, assign: (_: string, a: unknown) => [a, a] } as unknown as Arrays<
    Taped<A>
  >);
}

type AnyTaped = Taped<unknown>;

/**
 * Returns the gradient of each argument of an operation, from the gradient d of its result. Undefined or missing if the
 * result does not depend smoothly on the argument.
 */
type Vjp = (
  arrays: Arrays<AnyTaped>,
  d: AnyTaped,
  args: readonly never[],
  result: AnyTaped,
) => readonly (AnyTaped | undefined)[];

const passThrough: Vjp = (_, d) => [d];
const noGradient: Vjp = () => [];

/** The gradient with respect to the argument x of a function, with value y. */
const SLOPES: Readonly<
  Record<
    Elementwise,
    (arrays: Arrays<AnyTaped>, d: AnyTaped, x: AnyTaped, y: AnyTaped) => AnyTaped | undefined
  >
> = {
  exp: ({ multiply }, d, _, y) => multiply(d, y),
  log: ({ divide }, d, x) => divide(d, x),
  sqrt: ({ multiply, divide }, d, _, y) => divide(d, multiply(2, y)),
  tanh: ({ multiply, subtract, square }, d, _, y) => multiply(d, subtract(1, square(y))),
  sin: ({ multiply, call }, d, x) => multiply(d, call("cos", x)),
  cos: ({ multiply, negative, call }, d, x) => negative(multiply(d, call("sin", x))),
  arccos: ({ divide, negative, call, subtract, square }, d, x) =>
    negative(divide(d, call("sqrt", subtract(1, square(x))))),
  abs: ({ multiply, call }, d, x) => multiply(d, call("sign", x)),
  sign: () => undefined,
  floor: () => undefined,
  erf({ multiply, exactly, call, negative, square }, d, x) {
    const slope = 2 / Math.sqrt(Math.PI);
    return multiply(multiply(d, exactly(slope, constant(slope, "2/√π"))), call("exp", negative(square(x))));
  },
};

/** Operations that broadcast their arguments. An argument that is used several times gets the sum of the gradients. */
const BROADCAST_VJPS: Readonly<Record<string, Vjp>> = {
  add: (_, d) => [d, d],
  subtract: ({ negative }, d) => [d, negative(d)],
  multiply: ({ multiply }, d, [a, b]) => [multiply(d, b), multiply(d, a)],
  divide: ({ multiply, divide, negative }, d, [, b], result) => [
    divide(d, b),
    negative(divide(multiply(d, result), b)),
  ],
  power: ({ multiply, power }, d, [a, n]) => [multiply(multiply(d, n), power(a, n - 1))],
  where: ({ where }, d, [condition]) => [undefined, where(condition, d, 0), where(condition, 0, d)],
};

/** Returns the part of a gradient that belongs to an array of these sizes, beginning at this cell. */
const partOf = (
  slice: Arrays<AnyTaped>["slice"],
  d: AnyTaped,
  [rows, cols]: Dims,
  { above, left }: { readonly above: number; readonly left: number },
): AnyTaped => slice(d, { from: above, to: above + rows }, { from: left, to: left + cols });

/** Returns the gradients of several arrays that were joined along an axis. */
const splitVjp =
  (axis: 0 | 1): Vjp =>
  ({ slice }, d, [parts]) => {
    const at = { above: 0, left: 0 };
    return (parts as readonly AnyTaped[]).map(({ dims }) => {
      const part = partOf(slice, d, dims, at);
      at[axis === 0 ? "above" : "left"] += dims[axis];
      return part;
    });
  };

const VJPS: Readonly<Record<string, Vjp>> = {
  ...BROADCAST_VJPS,
  exactly: passThrough,
  explainIfEmpty: passThrough,
  sum: passThrough,
  total: passThrough,
  equal: noGradient,
  less: noGradient,
  or: noGradient,
  and: noGradient,
  argmax: noGradient,
  explainAs: ({ explainAs }, d, [, condition]) => [explainAs(d, condition, 0)],
  atLeast: ({ where, less }, d, [a, limit]) => [where(less(limit, a), d, 0)],
  atMost: ({ where, less }, d, [a, limit]) => [where(less(a, limit), d, 0)],
  max: ({ where, equal }, d, [a], result) => [where(equal(a, result), d, 0)],
  call: (arrays, d, [name, x], result) => [undefined, SLOPES[name as Elementwise](arrays, d, x, result)],
  negative: ({ negative }, d) => [negative(d)],
  square: ({ multiply }, d, [a]) => [multiply(multiply(2, d), a)],
  xlogx: ({ multiply, add, call }, d, [a]) => [multiply(d, add(call("log", a), 1))],
  matmul: ({ matmul, transpose }, d, [a, b]) => [matmul(d, transpose(b)), matmul(transpose(a), d)],
  transpose: ({ transpose }, d) => [transpose(d)],
  slice({ pad }, d, [a, rows, columns]) {
    const [[height, width], down, across] = [(a as AnyTaped).dims, rows as Range, columns as Range];
    if (down.step || across.step) throw new RangeError("a slice with steps has no gradient");
    const around = { above: down.from, below: height - down.to, left: across.from, right: width - across.to };
    return [pad(d, around)];
  },
  pad: ({ slice }, d, [a, around]) => [partOf(slice, d, (a as AnyTaped).dims, around)],
  joinRows: splitVjp(0),
  joinColumns: splitVjp(1),
  insertAxis: ({ sumAway }, d, [, axis]) => [sumAway(d, [axis])],
  sumAway: ({ insertAxis }, d, [, axes]) => [
    (axes as readonly number[]).toSorted((a, b) => a - b).reduce(insertAxis, d),
  ],
};

/** Operations that need the gradient of their result in full size, not as a smaller array to broadcast. */
const NEEDS_FULL_GRADIENT: readonly string[] = ["matmul", "slice", "pad", "joinRows", "joinColumns"];

/**
 * Fits a gradient of the broadcast sizes `from` to an argument of the sizes `to`: sums over the axes along which the
 * argument was repeated.
 */
function sumTo(arrays: Arrays<AnyTaped>, gradient: AnyTaped, to: Dims, from: Dims): AnyTaped {
  const missing = from.length - to.length;
  const shared = [...from.keys()].filter(
    (axis) => from[axis] !== 1 && (axis < missing || to[axis - missing] === 1),
  );
  const summed = shared.filter((axis) => gradient.dims[axis] !== 1);
  const times = shared
    .filter((axis) => !summed.includes(axis))
    .reduce((count, axis) => count * from[axis], 1);
  const repeated = times === 1 ? gradient : arrays.multiply(gradient, times);
  if (from.length === 2) {
    if (summed.length === 2) return arrays.total(repeated);
    return summed.length === 1 ? arrays.sum(repeated, summed[0] as 0 | 1) : repeated;
  }
  const sum =
    summed.length === 0 ? repeated : summed.reduce(arrays.insertAxis, arrays.sumAway(repeated, summed));
  return missing > 0 ? arrays.sumAway(sum, [...from.keys()].slice(0, missing)) : sum;
}

/** Broadcasts an array to these sizes. */
const broadcastTo = (arrays: Arrays<AnyTaped>, a: AnyTaped, [rows, cols]: Dims): AnyTaped =>
  a.dims[0] === rows && a.dims[1] === cols ? a : arrays.add(a, arrays.zeros({ rows, cols }));

/** Returns an array and everything on the tape that was computed from it. */
function dependentsOn(array: AnyTaped, tape: readonly AnyTaped[]): ReadonlySet<unknown> {
  const all = new Set<unknown>([array]);
  for (const result of tape) if (result.args.flat().some((arg) => all.has(arg))) all.add(result);
  return all;
}

/**
 * Yields the gradients of the arguments of one operation, for arguments in `dependents`. Throws RangeError for an
 * operation without a gradient.
 */
function* backpropagate(
  arrays: Arrays<AnyTaped>,
  d: AnyTaped,
  result: AnyTaped,
  dependents: ReadonlySet<unknown>,
) {
  const { operation, args, dims } = result;
  const vjp = VJPS[operation];
  if (!vjp) throw new RangeError(`the operation "${operation}" has no gradient`);
  const parts = vjp(
    arrays,
    NEEDS_FULL_GRADIENT.includes(operation) ? broadcastTo(arrays, d, dims) : d,
    args as readonly never[],
    result,
  );
  for (const [index, arg] of args.flat().entries()) {
    const part = dependents.has(arg) ? parts[index] : undefined;
    if (part)
      yield [
        arg,
        operation in BROADCAST_VJPS ? sumTo(arrays, part, (arg as AnyTaped).dims, dims) : part,
      ] as const;
  }
}

/**
 * Returns the definition of the gradient with respect to input number `by`. Its inputs are the gradient with respect to
 * the result, then the inputs of the definition. Throws RangeError if an operation has no gradient.
 */
export const gradientOf =
  <Params>(of: Definition<Params>, by: number): Definition<Params> =>
  <A>(
    arrays: Arrays<A>,
    [gradient, ...inputs]: readonly A[],
    params: Params,
    [shape, ...shapes]: readonly Shape[],
  ): A => {
    const tape: AnyTaped[] = [];
    const taped = taping<unknown>(arrays as Arrays<unknown>, tape);
    const asTaped = (value: A, { rows, cols }: Shape): AnyTaped => new Taped<unknown>(value, [rows, cols]);
    const given = inputs.map((value, index) => asTaped(value, shapes[index]));
    const result = of(taped, given, params, shapes);
    const dependents = dependentsOn(given[by], tape);
    const gradients = new Map<unknown, AnyTaped>([[result, asTaped(gradient, shape)]]);
    for (const array of tape.toReversed()) {
      const d = gradients.get(array);
      if (!d || !dependents.has(array)) continue;
      for (const [arg, part] of backpropagate(taped, d, array, dependents)) {
        const before = gradients.get(arg);
        gradients.set(arg, before ? taped.add(before, part) : part);
      }
    }
    const total = gradients.get(given[by]) ?? taped.zeros(shapes[by]);
    return broadcastTo(taped, total, given[by].dims).value as A;
  };
