import { upTo } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import { type Arrays, arraysFrom, type Elementwise, type InWords, type Term } from "../../trace/arrays.js";
import * as expression from "../../trace/expression.js";
import {
  call,
  callOnAll,
  constant,
  type Expression,
  type FunctionName,
  valueIn,
} from "../../trace/expression.js";
import { type Dims, meet, movingBy, type Place, reduced, tablesBy, without } from "./shapes.js";

// Derives the arithmetic of one cell from a definition. Arrays are functions from a place to an expression. Terms
// without effect (times 1, plus 0) are left out. Of two cases, only the one that applies is shown.

/** An array as the arithmetic of the number at each place. */
interface Cells {
  readonly dims: Dims;
  at(place: Place): Expression;
}

/**
 * The 0 and 1 of a definition, which have no effect in sums and products and are left out. A 0 or 1 that was given is
 * shown.
 */
const [NOTHING, UNIT] = [constant(0), constant(1)];

const termsOf = (e: Expression): readonly Expression[] => (e.kind === "sum" ? e.terms : [e]);
const factorsOf = (e: Expression): readonly Expression[] => (e.kind === "product" ? e.factors : [e]);

/** Returns a sum without the terms that add nothing. */
function sum(all: readonly Expression[]): Expression {
  const terms = all.filter((term) => term !== NOTHING);
  return terms.length === 1 ? terms[0] : terms.length === 0 ? NOTHING : expression.sum(terms);
}

function product(a: Expression, b: Expression): Expression {
  if (a === NOTHING || b === NOTHING) return NOTHING;
  if (a === UNIT) return b;
  if (b === UNIT) return a;
  if (b.kind === "quotient" && b.dividend.kind === "constant" && b.dividend.value === 1)
    return quotient(a, b.divisor);
  return expression.product(...factorsOf(a), ...factorsOf(b));
}

const quotient = (a: Expression, b: Expression): Expression =>
  a === NOTHING || b === UNIT ? a : expression.quotient(a, b);
const negative = (e: Expression): Expression => (e === NOTHING ? e : expression.negative(e));

const NAMES: Readonly<Partial<Record<Elementwise, FunctionName>>> = { log: "ln", arccos: "acos" };

const cellsOf = (a: Term<Cells>): Cells =>
  typeof a === "number" ? { dims: [], at: () => (a === 0 ? NOTHING : a === 1 ? UNIT : constant(a)) } : a;
const table = (rows: number, cols: number, at: (row: number, col: number) => Expression): Cells => ({
  dims: [rows, cols],
  at: ([row, col]) => at(row, col),
});
/**
 * Returns the number of an array at a place of the broadcast result. For an array without axes, the place is passed on.
 */
const within = ({ dims, at }: Cells, place: Place): Expression =>
  at(
    dims.length === 0
      ? place
      : dims.map((size, axis) => (size === 1 ? 0 : place[place.length - dims.length + axis])),
  );

const pairwise =
  (f: (a: Expression, b: Expression) => Expression) =>
  (first: Term<Cells>, second: Term<Cells>): Cells => {
    const [a, b] = [cellsOf(first), cellsOf(second)];
    return { dims: meet(a.dims, b.dims), at: (place) => f(within(a, place), within(b, place)) };
  };
const each = (a: Cells, f: (own: Expression) => Expression): Cells => ({
  dims: a.dims,
  at: (place) => f(a.at(place)),
});
const truth = (f: (a: number, b: number) => boolean) =>
  pairwise((a, b) => constant(f(valueIn(a), valueIn(b)) ? 1 : 0));

/**
 * Remembers the result for each place. Every cell of a softmax uses the maximum of its row, which looks at every cell.
 */
function workedOnce(at: Cells["at"]): Cells["at"] {
  const known = new Map<string, Expression>();
  return (place) => remember(known, place.join(), () => at(place));
}

const along =
  (f: (cells: readonly Expression[]) => Expression) =>
  (a: Cells, axis: number): Cells => {
    const dims = reduced(a.dims, [axis]);
    return {
      dims,
      at: workedOnce((place) => f(upTo(a.dims[axis]).map((at) => a.at(place.with(axis, at))))),
    };
  };

const CELLS: Arrays<Cells> = arraysFrom<Cells>({
  ...tablesBy<Cells>(({ rows, cols }, numberAt) =>
    table(rows, cols, (row, col) => constant(numberAt(row, col))),
  ),
  ...movingBy<Cells>(
    ({ dims }) => dims,
    (arrays, dims, from) => ({
      dims,
      at(place) {
        const [array, own] = from(place) ?? [];
        return array === undefined || own === undefined ? NOTHING : arrays[array].at(own);
      },
    }),
  ),
  constant: (_, value) => ({ dims: [], at: () => constant(value) }),
  zeros: ({ rows, cols }) => table(rows, cols, () => NOTHING),
  keep(_, { dims, at }) {
    const kept = { dims, at: workedOnce(at) };
    return [kept, kept];
  },
  exactly(a, written) {
    const cells = cellsOf(a);
    const made: Cells = {
      dims: cells.dims,
      at(place) {
        if (typeof written !== "function") return written;
        return written(place[0], place[1], within(cells, place), (b) => within(b, place));
      },
    };
    return made as typeof a;
  },
  because: (value, text) => ({
    dims: [],
    at: ([row, col]) => constant(value, typeof text === "string" ? text : text(row, col)),
  }),
  negative: (a) => each(a, negative),
  square: (a) => each(a, (own) => expression.product(own, own)),
  told: (a, isSo, value, text) =>
    CELLS.where(isSo(), text === undefined ? value : CELLS.because(value, text), a),
  orNothing: (a, text) => each(a, (own) => (own === NOTHING ? constant(0, text) : own)),
  xlogx: (a) => each(a, (own) => (valueIn(own) === 0 ? NOTHING : product(own, call("ln", own)))),
  total: (a) => CELLS.insertAxis(CELLS.insertAxis(CELLS.sumAway(a, [0, 1]), 0), 0),
  wholeBelow: (a) => each(a, (own) => call("floor", own)),

  add: pairwise((a, b) => sum([...termsOf(a), ...termsOf(b)])),
  subtract: pairwise((a, b) => sum([...termsOf(a), negative(b)])),
  multiply: pairwise(product),
  divide: pairwise(quotient),
  power: pairwise((a, b) => call("pow", a, b)),
  equal: truth((a, b) => a === b),
  less: truth((a, b) => a < b),
  either: truth((a, b) => a !== 0 || b !== 0),
  both: truth((a, b) => a !== 0 && b !== 0),
  where(condition, first, second) {
    const [a, b] = [cellsOf(first), cellsOf(second)];
    return {
      dims: meet(condition.dims, meet(a.dims, b.dims)),
      at: (place) => within(valueIn(within(condition, place)) === 0 ? b : a, place),
    };
  },
  atLeast: (a, limit) => each(a, (own) => call("max", constant(limit), own)),
  atMost: (a, limit) => each(a, (own) => call("min", constant(limit), own)),
  call: (name, a) => each(a, (own) => call(NAMES[name] ?? (name as FunctionName), own)),

  matmul: (a, b) => ({
    dims: [a.dims[0], b.dims[1]],
    at: ([row, col]) => sum(upTo(a.dims[1]).map((k) => product(a.at([row, k]), b.at([k, col])))),
  }),
  sum: along(sum),
  max: along((cells) => callOnAll("max", cells)),
  argmax: along((cells) => callOnAll("argmax", cells)),
  sumAway: (a, axes) => ({
    dims: without(a.dims, axes),
    at: workedOnce((place) => {
      const own = [...place];
      const start = a.dims.map((_, axis) => (axes.includes(axis) ? 0 : (own.shift() ?? 0)));
      const places = axes.reduce(
        (all, axis) => all.flatMap((one) => upTo(a.dims[axis]).map((at) => one.with(axis, at))),
        [start],
      );
      return sum(places.map((one) => a.at(one)));
    }),
  }),
});

/** Returns a function that gives the arithmetic of any cell of the result for these inputs. */
export function cellsBy<Params>(
  of: InWords<Params>,
  inputs: readonly Matrix[],
  params: Params,
): (row: number, col: number) => Expression {
  const given = inputs.map(({ rows, cols, data }, input) =>
    table(rows, cols, (row, col) => ({ kind: "cell", input, row, col, value: data[row * cols + col] })),
  );
  const made = of(CELLS, given, params, inputs);
  return (row, col) => within(made, [row, col]);
}
