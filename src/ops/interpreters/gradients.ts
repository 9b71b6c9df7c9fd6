import {
  add,
  cos,
  type Definition,
  divide,
  type Elementwise,
  equal,
  exactly,
  exp,
  explainAs,
  insertAxis,
  less,
  log,
  matmul,
  multiply,
  negative,
  type Padding,
  pad,
  power,
  type Range,
  sign,
  sin,
  slice,
  sqrt,
  square,
  subtract,
  sum,
  sumAway,
  type Term,
  total,
  transpose,
  where,
  zeros,
} from "../../trace/arrays.js";
import { constant } from "../../trace/expression.js";
import { type Dims, termsOf } from "../../trace/term.js";

// Derives the gradient of a definition, as another definition: each operation, from last to first, says which gradient
// its arguments get.

/**
 * Returns the gradient of each argument of an operation, from the gradient d of its result. Undefined or missing if the
 * result does not depend smoothly on the argument.
 */
type Vjp = (d: Term, args: readonly never[], result: Term) => readonly (Term | undefined)[];

const passThrough: Vjp = (d) => [d];
const noGradient: Vjp = () => [];

/** The gradient with respect to the argument x of a function, with value y. */
const SLOPES: Readonly<Record<Elementwise, (d: Term, x: Term, y: Term) => Term | undefined>> = {
  exp: (d, _, y) => multiply(d, y),
  log: (d, x) => divide(d, x),
  sqrt: (d, _, y) => divide(d, multiply(2, y)),
  tanh: (d, _, y) => multiply(d, subtract(1, square(y))),
  sin: (d, x) => multiply(d, cos(x)),
  cos: (d, x) => negative(multiply(d, sin(x))),
  arccos: (d, x) => negative(divide(d, sqrt(subtract(1, square(x))))),
  abs: (d, x) => multiply(d, sign(x)),
  sign: () => undefined,
  floor: () => undefined,
  erf(d, x) {
    const slope = 2 / Math.sqrt(Math.PI);
    return multiply(multiply(d, exactly(slope, constant(slope, "2/√π"))), exp(negative(square(x))));
  },
};

/** Operations that broadcast their arguments. An argument that is used several times gets the sum of the gradients. */
const BROADCAST_VJPS: Readonly<Record<string, Vjp>> = {
  add: (d) => [d, d],
  subtract: (d) => [d, negative(d)],
  multiply: (d, [a, b]) => [multiply(d, b), multiply(d, a)],
  divide: (d, [, b], result) => [divide(d, b), negative(divide(multiply(d, result), b))],
  power: (d, [a, n]) => [multiply(multiply(d, n), power(a, subtract(n, 1)))],
  where: (d, [condition]) => [undefined, where(condition, d, 0), where(condition, 0, d)],
};

/** Returns the part of a gradient that belongs to an array of these sizes, beginning at this cell. */
const partOf = (d: Term, [rows, cols]: Dims, { above, left }: Pick<Padding, "above" | "left">): Term =>
  slice(d, { from: above, to: above + rows }, { from: left, to: left + cols });

/** Returns the gradients of several arrays that were joined along an axis. */
const splitVjp =
  (axis: 0 | 1): Vjp =>
  (d, [parts]) => {
    const at = { above: 0, left: 0 };
    return (parts as readonly Term[]).map(({ dims }) => {
      const part = partOf(d, dims, at);
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
  explainAs: (d, [, condition]) => [explainAs(d, condition, 0)],
  atLeast: (d, [a, limit]) => [where(less(limit, a), d, 0)],
  atMost: (d, [a, limit]) => [where(less(a, limit), d, 0)],
  max: (d, [a], result) => [where(equal(a, result), d, 0)],
  call: (d, [name, x], result) => [undefined, SLOPES[name as Elementwise](d, x, result)],
  negative: (d) => [negative(d)],
  square: (d, [a]) => [multiply(multiply(2, d), a)],
  xlogx: (d, [a]) => [multiply(d, add(log(a), 1))],
  matmul: (d, [a, b]) => [matmul(d, transpose(b)), matmul(transpose(a), d)],
  transpose: (d) => [transpose(d)],
  slice(d, [a, rows, columns]) {
    const [[height, width], down, across] = [(a as Term).dims, rows as Range, columns as Range];
    if (down.step || across.step) throw new RangeError("a slice with steps has no gradient");
    const around = { above: down.from, below: height - down.to, left: across.from, right: width - across.to };
    return [pad(d, around)];
  },
  pad: (d, [a, around]) => [partOf(d, (a as Term).dims, around as Padding)],
  joinRows: splitVjp(0),
  joinColumns: splitVjp(1),
  insertAxis: (d, [, axis]) => [sumAway(d, [axis])],
  sumAway: (d, [, axes]) => [(axes as readonly number[]).toSorted((a, b) => a - b).reduce(insertAxis, d)],
};

/** Operations that need the gradient of their result in full size, not as a smaller array to broadcast. */
const NEEDS_FULL_GRADIENT: readonly string[] = ["matmul", "slice", "pad", "joinRows", "joinColumns"];

/**
 * Fits a gradient of the broadcast sizes `from` to an argument of the sizes `to`: sums over the axes along which the
 * argument was repeated.
 */
function sumTo(gradient: Term, to: Dims, from: Dims): Term {
  const missing = from.length - to.length;
  const shared = [...from.keys()].filter(
    (axis) => from[axis] !== 1 && (axis < missing || to[axis - missing] === 1),
  );
  const summed = shared.filter((axis) => gradient.dims[axis] !== 1);
  const times = shared
    .filter((axis) => !summed.includes(axis))
    .reduce((count, axis) => count * from[axis], 1);
  const repeated = times === 1 ? gradient : multiply(gradient, times);
  if (from.length === 2) {
    if (summed.length === 2) return total(repeated);
    return summed.length === 1 ? sum(repeated, summed[0] as 0 | 1) : repeated;
  }
  const sums = summed.length === 0 ? repeated : summed.reduce(insertAxis, sumAway(repeated, summed));
  return missing > 0 ? sumAway(sums, [...from.keys()].slice(0, missing)) : sums;
}

/** Broadcasts an array to these sizes. */
const broadcastTo = (a: Term, [rows, cols]: Dims): Term =>
  a.rows === rows && a.cols === cols ? a : add(a, zeros({ rows, cols }));

/**
 * Yields the gradients of the arguments of one operation, for arguments in `dependents`. Throws RangeError for an
 * operation without a gradient.
 */
function* backpropagate(d: Term, result: Term, dependents: ReadonlySet<unknown>) {
  const { operation, args, dims } = result;
  const vjp = VJPS[operation];
  if (!vjp) throw new RangeError(`the operation "${operation}" has no gradient`);
  const gradient = NEEDS_FULL_GRADIENT.includes(operation) ? broadcastTo(d, dims) : d;
  const parts = vjp(gradient, args as readonly never[], result);
  for (const [index, arg] of (args.flat() as readonly Term[]).entries()) {
    const part = dependents.has(arg) ? parts[index] : undefined;
    if (part) yield [arg, operation in BROADCAST_VJPS ? sumTo(part, arg.dims, dims) : part] as const;
  }
}

/**
 * Returns the definition of the gradient with respect to input number `by`. Its inputs are the gradient with respect to
 * the result, then the inputs of the definition. Throws RangeError if an operation has no gradient.
 */
export const gradientOf =
  <Params>(of: Definition<Params>, by: number): Definition<Params> =>
  ([gradient, ...inputs], params) => {
    const result = of(inputs, params);
    const terms = termsOf(result);
    const dependents = new Set<unknown>([inputs[by]]);
    for (const term of terms) if (term.args.flat().some((arg) => dependents.has(arg))) dependents.add(term);
    const gradients = new Map([[result, gradient]]);
    for (const term of terms.toReversed()) {
      const d = gradients.get(term);
      if (!d || !dependents.has(term) || term === inputs[by]) continue;
      for (const [arg, part] of backpropagate(d, term, dependents)) {
        const before = gradients.get(arg);
        gradients.set(arg, before ? add(before, part) : part);
      }
    }
    return broadcastTo(gradients.get(inputs[by]) ?? zeros(inputs[by]), inputs[by].dims);
  };
