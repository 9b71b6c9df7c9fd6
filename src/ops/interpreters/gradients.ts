import type { Shape } from "../../math/matrix.js";
import {
  type Arrays,
  arraysFrom,
  type Elementwise,
  type InWords,
  type Range,
  type Term,
} from "../../trace/arrays.js";
import { constant } from "../../trace/expression.js";
import { type Dims, SHAPES } from "./shapes.js";

// Derives the gradient of a definition, as another definition. The definition is run once forwards. Then each
// operation, from last to first, says which gradient its arguments get.

/** An array on the way to the result: its size, the operation that made it, and the arguments. */
class Taped<A> {
  readonly value: Term<A>;
  readonly dims: Dims;
  readonly word: string;
  readonly args: readonly unknown[];

  constructor(value: Term<A>, dims: Term<Dims>, word = "", args: readonly unknown[] = []) {
    this.value = value;
    this.dims = typeof dims === "number" ? [] : dims;
    this.word = word;
    this.args = args;
  }
}

type Said = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

/** Replaces taped arrays in the arguments of an operation: by their values, or by their sizes. */
function inside<A>(arg: unknown, of: (taped: Taped<A>) => unknown): unknown {
  if (arg instanceof Taped) return of(arg);
  if (Array.isArray(arg)) return arg.map((one) => inside(one, of));
  if (typeof arg !== "function") return arg;
  // Functions that write texts for people may look at arrays, too.
  return (...given: readonly unknown[]) =>
    inside(
      arg(...given.map((one) => (typeof one === "function" ? (a: unknown) => one(inside(a, of)) : one))),
      of,
    );
}

/** Returns array operations that record each call on a tape. */
function taping<A>(arrays: Arrays<A>, tape: Taped<A>[]): Arrays<Taped<A>> {
  const note =
    (word: string) =>
    (...args: readonly unknown[]) => {
      const value = (arrays as unknown as Said)[word](...args.map((arg) => inside<A>(arg, (a) => a.value)));
      const dims = (SHAPES as unknown as Said)[word](...args.map((arg) => inside<A>(arg, (a) => a.dims)));
      const made = new Taped(value as Term<A>, dims as Term<Dims>, word, args);
      tape.push(made);
      return made;
    };
  const words = Object.fromEntries(Object.keys(SHAPES).map((word) => [word, note(word)]));
  // `keep` is not recorded: it names an array in a script, and a gradient might never use that name.
  return arraysFrom({ ...words, keep: (_: string, a: unknown) => [a, a] } as unknown as Arrays<Taped<A>>);
}

type Any = Taped<unknown>;

/**
 * Returns the gradient of each argument of an operation, from the gradient d of its result. Undefined or missing if the
 * result does not depend smoothly on the argument.
 */
type Pull = (words: Arrays<Any>, d: Any, args: readonly never[], made: Any) => readonly (Any | undefined)[];

const pass: Pull = (_, d) => [d];
const none: Pull = () => [];

/** The gradient with respect to the argument x of a function, with value y. */
const SLOPES: Readonly<Record<Elementwise, (words: Arrays<Any>, d: Any, x: Any, y: Any) => Any | undefined>> =
  {
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
const MEETING: Readonly<Record<string, Pull>> = {
  add: (_, d) => [d, d],
  subtract: ({ negative }, d) => [d, negative(d)],
  multiply: ({ multiply }, d, [a, b]) => [multiply(d, b), multiply(d, a)],
  divide: ({ multiply, divide, negative }, d, [, b], made) => [
    divide(d, b),
    negative(divide(multiply(d, made), b)),
  ],
  power: ({ multiply, power }, d, [a, n]) => [multiply(multiply(d, n), power(a, n - 1))],
  where: ({ where }, d, [condition]) => [undefined, where(condition, d, 0), where(condition, 0, d)],
};

/** Returns the part of a gradient that belongs to an array of these sizes, beginning at this place. */
const partOf = (
  slice: Arrays<Any>["slice"],
  d: Any,
  [rows, cols]: Dims,
  { above, left }: { readonly above: number; readonly left: number },
): Any => slice(d, { from: above, to: above + rows }, { from: left, to: left + cols });

/** Returns the gradients of several arrays that were joined along an axis. */
const cut =
  (axis: 0 | 1): Pull =>
  ({ slice }, d, [parts]) => {
    const at = { above: 0, left: 0 };
    return (parts as readonly Any[]).map(({ dims }) => {
      const part = partOf(slice, d, dims, at);
      at[axis === 0 ? "above" : "left"] += dims[axis];
      return part;
    });
  };

const PULLS: Readonly<Record<string, Pull>> = {
  ...MEETING,
  ...{ exactly: pass, orNothing: pass, sum: pass, total: pass },
  ...{ equal: none, less: none, either: none, both: none, argmax: none },
  told: ({ told }, d, [, isSo]) => [told(d, isSo, 0)],
  atLeast: ({ where, less }, d, [a, limit]) => [where(less(limit, a), d, 0)],
  atMost: ({ where, less }, d, [a, limit]) => [where(less(a, limit), d, 0)],
  max: ({ where, equal }, d, [a], made) => [where(equal(a, made), d, 0)],
  call: (words, d, [name, x], made) => [undefined, SLOPES[name as Elementwise](words, d, x, made)],
  negative: ({ negative }, d) => [negative(d)],
  square: ({ multiply }, d, [a]) => [multiply(multiply(2, d), a)],
  xlogx: ({ multiply, add, call }, d, [a]) => [multiply(d, add(call("log", a), 1))],
  matmul: ({ matmul, transpose }, d, [a, b]) => [matmul(d, transpose(b)), matmul(transpose(a), d)],
  transpose: ({ transpose }, d) => [transpose(d)],
  slice({ pad }, d, [a, rows, columns]) {
    const [[height, width], down, across] = [(a as Any).dims, rows as Range, columns as Range];
    if (down.step || across.step) throw new RangeError("a slice with steps has no gradient");
    const around = { above: down.from, below: height - down.to, left: across.from, right: width - across.to };
    return [pad(d, around)];
  },
  pad: ({ slice }, d, [a, around]) => [partOf(slice, d, (a as Any).dims, around)],
  joinRows: cut(0),
  joinColumns: cut(1),
  insertAxis: ({ sumAway }, d, [, axis]) => [sumAway(d, [axis])],
  sumAway: ({ insertAxis }, d, [, axes]) => [
    (axes as readonly number[]).toSorted((a, b) => a - b).reduce(insertAxis, d),
  ],
};

/** Operations that need the gradient of their result in full size, not as a smaller array to broadcast. */
const WHOLE: readonly string[] = ["matmul", "slice", "pad", "joinRows", "joinColumns"];

/**
 * Fits a gradient of the broadcast sizes `met` to an argument of the sizes `to`: sums over the axes along which the
 * argument was repeated.
 */
function fitted(words: Arrays<Any>, gradient: Any, to: Dims, met: Dims): Any {
  const missing = met.length - to.length;
  const shared = [...met.keys()].filter(
    (axis) => met[axis] !== 1 && (axis < missing || to[axis - missing] === 1),
  );
  const summed = shared.filter((axis) => gradient.dims[axis] !== 1);
  const times = shared.filter((axis) => !summed.includes(axis)).reduce((count, axis) => count * met[axis], 1);
  const made = times === 1 ? gradient : words.multiply(gradient, times);
  if (met.length === 2) {
    if (summed.length === 2) return words.total(made);
    return summed.length === 1 ? words.sum(made, summed[0] as 0 | 1) : made;
  }
  const sum = summed.length === 0 ? made : summed.reduce(words.insertAxis, words.sumAway(made, summed));
  return missing > 0 ? words.sumAway(sum, [...met.keys()].slice(0, missing)) : sum;
}

/** Broadcasts an array to these sizes. */
const spread = (words: Arrays<Any>, a: Any, [rows, cols]: Dims): Any =>
  a.dims[0] === rows && a.dims[1] === cols ? a : words.add(a, words.zeros({ rows, cols }));

/** Returns an array and everything on the tape that was computed from it. */
function madeOf(array: Any, tape: readonly Any[]): ReadonlySet<unknown> {
  const all = new Set<unknown>([array]);
  for (const made of tape) if (made.args.flat().some((arg) => all.has(arg))) all.add(made);
  return all;
}

/**
 * Yields the gradients of the arguments of one operation, for arguments in `open`. Throws RangeError for an operation
 * without a gradient.
 */
function* pulled(words: Arrays<Any>, d: Any, made: Any, open: ReadonlySet<unknown>) {
  const { word, args, dims } = made;
  const pull = PULLS[word];
  if (!pull) throw new RangeError(`the word "${word}" has no gradient`);
  const parts = pull(
    words,
    WHOLE.includes(word) ? spread(words, d, dims) : d,
    args as readonly never[],
    made,
  );
  for (const [index, arg] of args.flat().entries()) {
    const part = open.has(arg) ? parts[index] : undefined;
    if (part) yield [arg, word in MEETING ? fitted(words, part, (arg as Any).dims, dims) : part] as const;
  }
}

/**
 * Returns the definition of the gradient with respect to input number `by`. Its inputs are the gradient with respect to
 * the result, then the inputs of the definition. Throws RangeError if an operation has no gradient.
 */
export const gradientOf =
  <Params>(of: InWords<Params>, by: number): InWords<Params> =>
  <A>(
    arrays: Arrays<A>,
    [gradient, ...inputs]: readonly A[],
    params: Params,
    [own, ...shapes]: readonly Shape[],
  ): A => {
    const tape: Any[] = [];
    const words = taping<unknown>(arrays as Arrays<unknown>, tape);
    const asTaped = (value: A, { rows, cols }: Shape): Any => new Taped<unknown>(value, [rows, cols]);
    const given = inputs.map((value, index) => asTaped(value, shapes[index]));
    const result = of(words, given, params, shapes);
    const open = madeOf(given[by], tape);
    const reached = new Map<unknown, Any>([[result, asTaped(gradient, own)]]);
    for (const made of tape.toReversed()) {
      const d = reached.get(made);
      if (!d || !open.has(made)) continue;
      for (const [arg, part] of pulled(words, d, made, open)) {
        const before = reached.get(arg);
        reached.set(arg, before ? words.add(before, part) : part);
      }
    }
    const found = reached.get(given[by]) ?? words.zeros(shapes[by]);
    return spread(words, found, given[by].dims).value as A;
  };
