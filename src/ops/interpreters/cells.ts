import { upTo } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import {
  type Arrays,
  arraysFrom,
  type Definition,
  type Elementwise,
  type Operand,
} from "../../trace/arrays.js";
import * as expression from "../../trace/expression.js";
import {
  call,
  callOnAll,
  constant,
  type Expression,
  type FunctionName,
  valueIn,
} from "../../trace/expression.js";
import {
  broadcastDims,
  type Dims,
  type MultiIndex,
  moveOperations,
  tableOperations,
  withLengthOne,
  withoutAxes,
} from "./shapes.js";

// Derives the arithmetic of one cell from a definition. Arrays are functions from an index to an expression. Terms
// without effect (times 1, plus 0) are left out. Of two cases, only the one that applies is shown.

/** An array as the arithmetic of the number at each index. */
interface Cells {
  readonly dims: Dims;
  at(index: MultiIndex): Expression;
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

const cellsOf = (a: Operand<Cells>): Cells =>
  typeof a === "number" ? { dims: [], at: () => (a === 0 ? NOTHING : a === 1 ? UNIT : constant(a)) } : a;
const table = (rows: number, cols: number, at: (row: number, col: number) => Expression): Cells => ({
  dims: [rows, cols],
  at: ([row, col]) => at(row, col),
});
/**
 * Returns the number of an array at an index of the broadcast result. For an array without axes, the index is passed
 * on.
 */
const atBroadcastIndex = ({ dims, at }: Cells, index: MultiIndex): Expression =>
  at(
    dims.length === 0
      ? index
      : dims.map((size, axis) => (size === 1 ? 0 : index[index.length - dims.length + axis])),
  );

const binary =
  (f: (a: Expression, b: Expression) => Expression) =>
  (first: Operand<Cells>, second: Operand<Cells>): Cells => {
    const [a, b] = [cellsOf(first), cellsOf(second)];
    return {
      dims: broadcastDims(a.dims, b.dims),
      at: (index) => f(atBroadcastIndex(a, index), atBroadcastIndex(b, index)),
    };
  };
const unary = (a: Cells, f: (e: Expression) => Expression): Cells => ({
  dims: a.dims,
  at: (index) => f(a.at(index)),
});
const comparison = (f: (a: number, b: number) => boolean) =>
  binary((a, b) => constant(f(valueIn(a), valueIn(b)) ? 1 : 0));

/**
 * Remembers the result for each index. Every cell of a softmax uses the maximum of its row, which looks at every cell.
 */
function memoized(at: Cells["at"]): Cells["at"] {
  const cache = new Map<string, Expression>();
  return (index) => remember(cache, index.join(), () => at(index));
}

const reduction =
  (f: (cells: readonly Expression[]) => Expression) =>
  (a: Cells, axis: number): Cells => {
    const dims = withLengthOne(a.dims, [axis]);
    return {
      dims,
      at: memoized((index) => f(upTo(a.dims[axis]).map((at) => a.at(index.with(axis, at))))),
    };
  };

const CELLS: Arrays<Cells> = arraysFrom<Cells>({
  ...tableOperations<Cells>(({ rows, cols }, numberAt) =>
    table(rows, cols, (row, col) => constant(numberAt(row, col))),
  ),
  ...moveOperations<Cells>(
    ({ dims }) => dims,
    (arrays, dims, from) => ({
      dims,
      at(index) {
        const [array, source] = from(index) ?? [];
        return array === undefined || source === undefined ? NOTHING : arrays[array].at(source);
      },
    }),
  ),
  constant: (_, value) => ({ dims: [], at: () => constant(value) }),
  zeros: ({ rows, cols }) => table(rows, cols, () => NOTHING),
  assign(_, { dims, at }) {
    const kept = { dims, at: memoized(at) };
    return [kept, kept];
  },
  exactly(a, written) {
    const cells = cellsOf(a);
    const rewritten: Cells = {
      dims: cells.dims,
      at(index) {
        if (typeof written !== "function") return written;
        return written(index[0], index[1], atBroadcastIndex(cells, index), (b) => atBroadcastIndex(b, index));
      },
    };
    return rewritten as typeof a;
  },
  because: (value, text) => ({
    dims: [],
    at: ([row, col]) => constant(value, typeof text === "string" ? text : text(row, col)),
  }),
  negative: (a) => unary(a, negative),
  square: (a) => unary(a, (e) => expression.product(e, e)),
  explainAs: (a, isSo, value, text) =>
    CELLS.where(isSo(), text === undefined ? value : CELLS.because(value, text), a),
  explainIfEmpty: (a, text) => unary(a, (e) => (e === NOTHING ? constant(0, text) : e)),
  xlogx: (a) => unary(a, (e) => (valueIn(e) === 0 ? NOTHING : product(e, call("ln", e)))),
  total: (a) => CELLS.insertAxis(CELLS.insertAxis(CELLS.sumAway(a, [0, 1]), 0), 0),
  tolerantFloor: (a) => unary(a, (e) => call("floor", e)),

  add: binary((a, b) => sum([...termsOf(a), ...termsOf(b)])),
  subtract: binary((a, b) => sum([...termsOf(a), negative(b)])),
  multiply: binary(product),
  divide: binary(quotient),
  power: binary((a, b) => call("pow", a, b)),
  equal: comparison((a, b) => a === b),
  less: comparison((a, b) => a < b),
  or: comparison((a, b) => a !== 0 || b !== 0),
  and: comparison((a, b) => a !== 0 && b !== 0),
  where(condition, first, second) {
    const [a, b] = [cellsOf(first), cellsOf(second)];
    return {
      dims: broadcastDims(condition.dims, broadcastDims(a.dims, b.dims)),
      at: (index) => atBroadcastIndex(valueIn(atBroadcastIndex(condition, index)) === 0 ? b : a, index),
    };
  },
  atLeast: (a, limit) => unary(a, (e) => call("max", constant(limit), e)),
  atMost: (a, limit) => unary(a, (e) => call("min", constant(limit), e)),
  call: (name, a) => unary(a, (e) => call(NAMES[name] ?? (name as FunctionName), e)),

  matmul: (a, b) => ({
    dims: [a.dims[0], b.dims[1]],
    at: ([row, col]) => sum(upTo(a.dims[1]).map((k) => product(a.at([row, k]), b.at([k, col])))),
  }),
  sum: reduction(sum),
  max: reduction((cells) => callOnAll("max", cells)),
  argmax: reduction((cells) => callOnAll("argmax", cells)),
  sumAway: (a, axes) => ({
    dims: withoutAxes(a.dims, axes),
    at: memoized((index) => {
      const remaining = [...index];
      const start = a.dims.map((_, axis) => (axes.includes(axis) ? 0 : (remaining.shift() ?? 0)));
      const summed = axes.reduce(
        (indices, axis) => indices.flatMap((index) => upTo(a.dims[axis]).map((at) => index.with(axis, at))),
        [start],
      );
      return sum(summed.map((index) => a.at(index)));
    }),
  }),
});

/** Returns a function that gives the arithmetic of any cell of the result for these inputs. */
export function explainCells<Params>(
  of: Definition<Params>,
  inputs: readonly Matrix[],
  params: Params,
): (row: number, col: number) => Expression {
  const given = inputs.map(({ rows, cols, data }, input) =>
    table(rows, cols, (row, col) => ({ kind: "cell", input, row, col, value: data[row * cols + col] })),
  );
  const result = of(CELLS, given, params, inputs);
  return (row, col) => atBroadcastIndex(result, [row, col]);
}
