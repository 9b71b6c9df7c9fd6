import { upTo } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import type { Definition, Elementwise } from "../../trace/arrays.js";
import * as expression from "../../trace/expression.js";
import {
  call,
  callOnAll,
  constant,
  type Expression,
  type FunctionName,
  valueIn,
} from "../../trace/expression.js";
import { type Interpreter, inputTerms, interpret } from "../../trace/interpret.js";
import type { Dims } from "../../trace/term.js";
import { tableOperations } from "./numbers.js";

// Derives the arithmetic of one cell from a definition. Arrays are functions from an index to an expression. Terms
// without effect (times 1, plus 0) are left out. Of two cases, only the one that applies is shown.

type MultiIndex = readonly number[];

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
  (a: Cells, b: Cells, dims: Dims): Cells => ({
    dims,
    at: (index) => f(atBroadcastIndex(a, index), atBroadcastIndex(b, index)),
  });
const unary = ({ dims, at }: Cells, f: (e: Expression) => Expression): Cells => ({
  dims,
  at: (index) => f(at(index)),
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

const kept = ({ dims, at }: Cells): Cells => ({ dims, at: memoized(at) });

const reduction =
  (f: (cells: readonly Expression[]) => Expression) =>
  (a: Cells, axis: number, dims: Dims): Cells =>
    kept({ dims, at: (index) => f(upTo(a.dims[axis]).map((at) => a.at(index.with(axis, at)))) });

/** Returns the sum over some axes, at each index of the others. */
const sumAway = (a: Cells, axes: readonly number[], dims: Dims): Cells =>
  kept({
    dims,
    at(index) {
      const remaining = [...index];
      const start = a.dims.map((_, axis) => (axes.includes(axis) ? 0 : (remaining.shift() ?? 0)));
      const summed = axes.reduce(
        (indices, axis) => indices.flatMap((index) => upTo(a.dims[axis]).map((at) => index.with(axis, at))),
        [start],
      );
      return sum(summed.map((index) => a.at(index)));
    },
  });

const where = (condition: Cells, a: Cells, b: Cells, dims: Dims): Cells => ({
  dims,
  at: (index) => atBroadcastIndex(valueIn(atBroadcastIndex(condition, index)) === 0 ? b : a, index),
});

const because = (value: number, text: string | ((row: number, col: number) => string)): Cells => ({
  dims: [],
  at: ([row, col]) => constant(value, typeof text === "string" ? text : text(row, col)),
});

const number = (value: number): Cells => ({
  dims: [],
  at: () => (value === 0 ? NOTHING : value === 1 ? UNIT : constant(value)),
});

const join =
  (axis: 0 | 1) =>
  (parts: readonly Cells[], dims: Dims): Cells => ({
    dims,
    at(index) {
      let at = index[axis];
      for (const part of parts) {
        if (at < part.dims[axis]) return part.at(index.with(axis, at));
        at -= part.dims[axis];
      }
      return NOTHING;
    },
  });

const CELLS: Interpreter<Cells> = {
  ...tableOperations<Cells>(({ rows, cols }, numberAt) =>
    table(rows, cols, (row, col) => constant(numberAt(row, col))),
  ),
  number,
  convention: (_, value) => ({ dims: [], at: () => constant(value) }),
  zeros: (_, dims) => ({ dims, at: () => NOTHING }),
  firstUse: kept,
  exactly: (a, written, others) => ({
    dims: a.dims,
    at(index) {
      if (typeof written !== "function") return written;
      const [cell, ...uses] = [a, ...(others ?? [])].map((cells) => atBroadcastIndex(cells, index));
      return written(index[0], index[1], cell, uses);
    },
  }),
  because,
  negative: (a) => unary(a, negative),
  square: (a) => unary(a, (e) => expression.product(e, e)),
  explainAs: (a, condition, value, text, dims) =>
    where(condition, text === undefined ? number(value) : because(value, text), a, dims),
  explainIfEmpty: (a, text) => unary(a, (e) => (e === NOTHING ? constant(0, text) : e)),
  xlogx: (a) => unary(a, (e) => (valueIn(e) === 0 ? NOTHING : product(e, call("ln", e)))),
  total(a, dims) {
    const { at } = sumAway(a, [0, 1], []);
    return { dims, at: () => at([]) };
  },
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
  where,
  atLeast: (a, limit) => unary(a, (e) => call("max", constant(limit), e)),
  atMost: (a, limit) => unary(a, (e) => call("min", constant(limit), e)),
  call: (name, a) => unary(a, (e) => call(NAMES[name] ?? (name as FunctionName), e)),

  matmul: (a, b, dims) => ({
    dims,
    at: ([row, col]) => sum(upTo(a.dims[1]).map((k) => product(a.at([row, k]), b.at([k, col])))),
  }),
  sum: reduction(sum),
  max: reduction((cells) => callOnAll("max", cells)),
  argmax: reduction((cells) => callOnAll("argmax", cells)),
  sumAway,

  transpose: ({ at }, dims) => ({ dims, at: (index) => at(index.toReversed()) }),
  slice: ({ at }, rows, columns, dims) => ({
    dims,
    at: (index) => at([rows, columns].map(({ from, step = 1 }, axis) => from + index[axis] * step)),
  }),
  joinRows: join(0),
  joinColumns: join(1),
  interleave: (a, b, dims) => ({
    dims,
    at: ([row, col]) => (col % 2 === 0 ? a : b).at([row, Math.floor(col / 2)]),
  }),
  takeRows: ({ at }, rows, dims) => ({ dims, at: ([row, col]) => at([rows[row], col]) }),
  pad: (a, { above, left }, dims) => ({
    dims,
    at([row, col]) {
      const index = [row - above, col - left];
      return index.every((at, axis) => at >= 0 && at < a.dims[axis]) ? a.at(index) : NOTHING;
    },
  }),
  insertAxis: ({ at }, axis, dims) => ({ dims, at: (index) => at(index.toSpliced(axis, 1)) }),
  stack: (parts, dims) => ({ dims, at: ([part, ...index]) => parts[part].at(index) }),
};

/** Returns a function that gives the arithmetic of any cell of the result for these inputs. */
export function explainCells<Params>(
  of: Definition<Params>,
  inputs: readonly Matrix[],
  params: Params,
): (row: number, col: number) => Expression {
  const given = inputs.map(({ rows, cols, data }, input) =>
    table(rows, cols, (row, col) => ({ kind: "cell", input, row, col, value: data[row * cols + col] })),
  );
  const result = interpret(of(inputTerms(inputs), params), CELLS, given);
  return (row, col) => atBroadcastIndex(result, [row, col]);
}
