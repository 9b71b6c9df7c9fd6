import { isBlocked } from "../../math/blocked.js";
import { erf } from "../../math/erf.js";
import {
  belowEachOther,
  createMatrix,
  isTrue,
  type Matrix,
  rowOf,
  type Shape,
  sideBySide,
  transpose,
} from "../../math/matrix.js";
import { multiply } from "../../math/product.js";
import { columnSums, rowMaxima, rowSums } from "../../math/rows.js";
import type { Definition, Elementwise } from "../../trace/arrays.js";
import { type Interpreter, inputTerms, interpret } from "../../trace/interpret.js";
import type { Dims } from "../../trace/term.js";

// Computes the numbers of a definition, array by array. Sums add one term after the other, in memory order.

/** Numbers along any number of axes, the last axis contiguous. */
interface Numbers {
  readonly dims: Dims;
  readonly data: Float64Array;
}

const sizeOf = (dims: Dims): number => dims.reduce((size, length) => size * length, 1);
const number = (value: number): Numbers => ({ dims: [], data: Float64Array.of(value) });
const ofMatrix = ({ rows, cols, data }: Matrix): Numbers => ({ dims: [rows, cols], data });
const tableOf = (rows: number, cols: number, cell?: (row: number, col: number) => number): Numbers =>
  ofMatrix(createMatrix(rows, cols, cell));

/** Returns the stride of an array along each axis of the broadcast result; 0 along an axis that it does not have. */
function stridesIn(dims: Dims, sizes: Dims): readonly number[] {
  let stride = 1;
  const missing = dims.length - sizes.length;
  const strides = dims.map(() => 0);
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    strides[missing + axis] = sizes[axis] === 1 ? 0 : stride;
    stride *= sizes[axis];
  }
  return strides;
}

const isSame = (a: Dims, b: Dims) => a.length === b.length && a.every((size, axis) => size === b[axis]);

/** Calls `visit` for every row along the last axis, with the start index and the step between numbers in each array. */
function forEachRow(
  dims: Dims,
  arrays: readonly Numbers[],
  visit: (count: number, starts: readonly number[], steps: readonly number[]) => void,
): void {
  // Arrays of equal sizes, and single numbers, are walked as one long row.
  const isFlat = arrays.every((array) => array.data.length === 1 || isSame(array.dims, dims));
  const sizes = isFlat ? [sizeOf(dims)] : dims;
  const strides = arrays.map((array) =>
    isFlat ? [array.data.length === 1 ? 0 : 1] : stridesIn(sizes, array.dims),
  );
  const last = sizes.length - 1;
  const steps = strides.map((stridesOfArray) => stridesOfArray[last]);
  const [at, starts] = [sizes.map(() => 0), arrays.map(() => 0)];
  for (let rows = sizeOf(sizes.slice(0, last)); rows > 0; rows--) {
    visit(sizes[last], starts, steps);
    for (let axis = last - 1; axis >= 0; axis--) {
      const isEnd = ++at[axis] === sizes[axis];
      for (let index = 0; index < starts.length; index++)
        starts[index] += strides[index][axis] * (isEnd ? 1 - sizes[axis] : 1);
      if (!isEnd) break;
      at[axis] = 0;
    }
  }
}

/** Applies a function to up to three broadcast arrays, number by number. */
function elementwise(
  f: (a: number, b: number, c: number) => number,
  dims: Dims,
  ...[a, b = a, c = a]: readonly Numbers[]
): Numbers {
  const data = new Float64Array(sizeOf(dims));
  let at = 0;
  forEachRow(dims, [a, b, c], (count, [p, q, r], [stepA, stepB, stepC]) => {
    for (let k = 0; k < count; k++) {
      data[at++] = f(a.data[p + k * stepA], b.data[q + k * stepB], c.data[r + k * stepC]);
    }
  });
  return { dims, data };
}

const binary =
  (f: (a: number, b: number) => number) =>
  (a: Numbers, b: Numbers, dims: Dims): Numbers =>
    elementwise(f, dims, a, b);

const where = (condition: Numbers, a: Numbers, b: Numbers, dims: Dims): Numbers =>
  elementwise((isTrue, x, y) => (isTrue !== 0 ? x : y), dims, condition, a, b);

/**
 * Sums, differences, products and quotients, each in its own loop for speed: there are millions of them, and few other
 * operations.
 */
const arithmetic =
  (sign: "+" | "−" | "·" | "/") =>
  (a: Numbers, b: Numbers, dims: Dims): Numbers => {
    const data = new Float64Array(sizeOf(dims));
    const [x, y] = [a.data, b.data];
    let at = 0;
    forEachRow(dims, [a, b], (count, [p, q], [stepA, stepB]) => {
      const end = at + count;
      if (sign === "+") for (; at < end; at++, p += stepA, q += stepB) data[at] = x[p] + y[q];
      else if (sign === "−") for (; at < end; at++, p += stepA, q += stepB) data[at] = x[p] - y[q];
      else if (sign === "·") for (; at < end; at++, p += stepA, q += stepB) data[at] = x[p] * y[q];
      else for (; at < end; at++, p += stepA, q += stepB) data[at] = x[p] / y[q];
    });
    return { dims, data };
  };

const FUNCTIONS: Readonly<Record<Elementwise, (x: number) => number>> = {
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  tanh: Math.tanh,
  sin: Math.sin,
  cos: Math.cos,
  arccos: Math.acos,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  erf,
};

/** Reduces each row to one number; for axis 0 each column. */
const reduction =
  (ofRows: (matrix: Matrix) => Float64Array) =>
  (a: Numbers, axis: number, dims: Dims): Numbers => ({
    dims,
    data: ofRows(axis === 1 ? matrixOf(a) : transpose(matrixOf(a))),
  });

function argmaxima(matrix: Matrix): Float64Array {
  const most = rowMaxima(matrix);
  return most.map((value, row) => rowOf(matrix, row).indexOf(value));
}

/**
 * Returns the operations that make arrays without other arrays. `table` makes an array from the number at each index.
 */
export const tableOperations = <A>(
  table: (shape: Shape, numberAt: (row: number, col: number) => number) => A,
) =>
  ({
    literal: (_, matrix) => table(matrix, (row, col) => matrix.data[row * matrix.cols + col]),
    blocked: (keys) => table(keys, (row, col) => Number(isBlocked(keys, row, col))),
    flags: (_, cells) => table(cells, (row, col) => Number(isTrue(cells, row, col))),
    rowNumbers: (rows) => table({ rows, cols: 1 }, (row) => row),
    columnNumbers: (cols) => table({ rows: 1, cols }, (_, col) => col),
  }) satisfies Partial<Interpreter<A>>;

const NUMBERS: Interpreter<Numbers> = {
  ...tableOperations<Numbers>(({ rows, cols }, numberAt) => tableOf(rows, cols, numberAt)),
  number,
  convention: (_, value) => number(value),
  // Taken without a copy, not cell by cell.
  literal: (_, matrix) => ofMatrix(matrix),
  zeros: (_, [rows, cols]) => tableOf(rows, cols),
  add: arithmetic("+"),
  subtract: arithmetic("−"),
  multiply: arithmetic("·"),
  divide: arithmetic("/"),
  power: binary((a, b) => a ** b),
  equal: binary((a, b) => (a === b ? 1 : 0)),
  less: binary((a, b) => (a < b ? 1 : 0)),
  or: binary((a, b) => (a !== 0 || b !== 0 ? 1 : 0)),
  and: binary((a, b) => (a !== 0 && b !== 0 ? 1 : 0)),
  where,
  atLeast: (a, limit, dims) => elementwise((x) => Math.max(limit, x), dims, a),
  atMost: (a, limit, dims) => elementwise((x) => Math.min(limit, x), dims, a),
  explainAs: (a, condition, value, _, dims) => where(condition, number(value), a, dims),
  xlogx: (a, dims) => elementwise((x) => (x === 0 ? 0 : x * Math.log(x)), dims, a),
  call: (name, a, dims) => elementwise(FUNCTIONS[name], dims, a),
  matmul: (a, b) => ofMatrix(multiply(matrixOf(a), matrixOf(b))),
  transpose: (a) => ofMatrix(transpose(matrixOf(a))),
  sum: (a, axis) => ofMatrix((axis === 1 ? rowSums : columnSums)(matrixOf(a))),
  max: reduction(rowMaxima),
  argmax: reduction(argmaxima),
  slice(a, rows, columns, [numRows, numCols]) {
    const [down, across] = [rows.step ?? 1, columns.step ?? 1];
    const part = tableOf(numRows, numCols);
    for (let row = 0, at = 0; row < numRows; row++) {
      let from = (rows.from + row * down) * a.dims[1] + columns.from;
      for (let col = 0; col < numCols; col++, at++, from += across) part.data[at] = a.data[from];
    }
    return part;
  },
  joinRows: (parts) => ofMatrix(belowEachOther(parts.map(matrixOf))),
  joinColumns: (parts) => ofMatrix(sideBySide(parts.map(matrixOf))),
  interleave: (a, b, [rows, cols]) =>
    tableOf(rows, cols, (row, col) => (col % 2 === 0 ? a : b).data[row * a.dims[1] + Math.floor(col / 2)]),
  takeRows(a, rows) {
    const taken = tableOf(rows.length, a.dims[1]);
    for (const [at, row] of rows.entries()) taken.data.set(rowOf(matrixOf(a), row), at * a.dims[1]);
    return taken;
  },
  pad(a, { above, left }, [rows, cols]) {
    const padded = tableOf(rows, cols);
    for (let row = 0; row < a.dims[0]; row++)
      padded.data.set(rowOf(matrixOf(a), row), (row + above) * cols + left);
    return padded;
  },
  insertAxis: ({ data }, _, dims) => ({ dims, data }),
  stack: (parts, dims) => ({ dims, data: Float64Array.from(parts.flatMap(({ data }) => Array.from(data))) }),
  sumAway(a, axes, dims) {
    const keepingAxes = a.dims.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const sums = { dims: keepingAxes, data: new Float64Array(sizeOf(dims)) };
    let at = 0;
    forEachRow(a.dims, [sums, a], (count, [to], [step]) => {
      for (let k = 0; k < count; k++) sums.data[to + k * step] += a.data[at++];
    });
    return { dims, data: sums.data };
  },
};

const matrixOf = ({ dims: [rows, cols], data }: Numbers): Matrix => ({ rows, cols, data });

/** Operations of machines with float32 sums: terms are rounded, and added one after the other. */
const float32Arrays = (asFactor: (matrix: Matrix) => Matrix): Interpreter<Numbers> => {
  const product = (a: Matrix, b: Matrix) => ofMatrix(multiply(a, b, "float32"));
  const ones = (rows: number, cols: number) => createMatrix(rows, cols, () => 1);
  return {
    ...NUMBERS,
    matmul: (a, b) => product(asFactor(matrixOf(a)), asFactor(matrixOf(b))),
    sum: (a, axis) =>
      axis === 1 ? product(matrixOf(a), ones(a.dims[1], 1)) : product(ones(1, a.dims[0]), matrixOf(a)),
  };
};

/**
 * Computes the result of a definition for these inputs. With `asFactor`, which rounds the factors of products, it
 * computes in float32.
 */
export function computeNumbers<Params>(
  of: Definition<Params>,
  inputs: readonly Matrix[],
  params: Params,
  asFactor?: (matrix: Matrix) => Matrix,
): Matrix {
  const interpreter = asFactor ? float32Arrays(asFactor) : NUMBERS;
  return matrixOf(interpret(of(inputTerms(inputs), params), interpreter, inputs.map(ofMatrix)));
}
