import type { BooleanMatrix, Matrix } from "../../math/matrix.js";
import {
  abs,
  add,
  and,
  type Elementwise,
  equal,
  less,
  multiply,
  or,
  subtract,
  where,
} from "../../trace/arrays.js";
import { type Interpreter, inputTerms, interpret } from "../../trace/interpret.js";
import { blockedRule } from "../blocked-rule.js";
import type { Node, Tensor, Value } from "./onnx-proto.js";

/** Returns the ONNX operator of an elementwise function. */
const operatorOf = (name: Elementwise) =>
  name === "arccos" ? "Acos" : `${name[0].toUpperCase()}${name.slice(1)}`;

/** Operators that runtimes support only for float32. */
const FLOAT_ONLY: readonly Elementwise[] = ["arccos", "erf"];

const LOWEST_POWER = -745.2;

/** ONNX's numbers of element types. */
const FLOAT = 1;
export const DOUBLE = 11;

/** Creates a graph that grows: its nodes in order, and the constant tensors. */
export function createGraph() {
  const nodes: Node[] = [];
  const initializers: Tensor[] = [];
  const known = new Map<string, string>();
  let usesFloat = false;

  const node = (
    op: string,
    inputs: readonly string[],
    attributes: Node["attributes"] = {},
    named?: { readonly output: string; readonly docString?: string },
  ): string => {
    const output = named?.output ?? `t${nodes.length}`;
    nodes.push({ op, inputs, output, attributes, docString: named?.docString });
    return output;
  };
  const tensor = (type: Tensor["type"], dims: readonly number[], data: Uint8Array, name?: string): string => {
    const key = `${type} ${dims} ${Buffer.from(data).toString("base64")}`;
    const earlier = name === undefined ? known.get(key) : undefined;
    if (earlier !== undefined) return earlier;
    const own = name ?? `c${initializers.length}`;
    if (name === undefined) known.set(key, own);
    initializers.push({ name: own, type, dims, data });
    return own;
  };
  const matrix = ({ rows, cols, data }: Matrix, name?: string) =>
    tensor("double", [rows, cols], bytesOf(Float64Array.from(data)), name);
  const ints = (...values: readonly number[]) =>
    tensor("int64", [values.length], bytesOf(BigInt64Array.from(values, BigInt)));
  const number = (value: number) => tensor("double", [], bytesOf(Float64Array.of(value)));
  const conventions: Value[] = [];
  // A constant is an input with a default value. ONNX Runtime cannot fold such an input into another operator.
  // Otherwise it would fold a factor into the MatMul beside it, as a float32.
  const convention = (wanted: string, value: number): string => {
    const data = bytesOf(Float64Array.of(value));
    const isSame = (one: Tensor) => Buffer.compare(one.data, data) === 0;
    const ofName = initializers.filter(({ name }) => name === wanted || name.startsWith(`${wanted}_`));
    const earlier = ofName.find(isSame);
    if (earlier) return earlier.name;
    const name = ofName.length === 0 ? wanted : `${wanted}_${ofName.length + 1}`;
    conventions.push({ name: tensor("double", [], data, name), type: "double", dims: [] });
    return name;
  };
  const flags = ({ rows, cols, data }: BooleanMatrix) => tensor("bool", [rows, cols], data);
  const count = (length: number, rows: number, cols: number) =>
    matrix({ rows, cols, data: Float64Array.from({ length }, (_, at) => at) });
  const reduce = (op: string, a: string, axes: readonly number[], keeps: boolean) =>
    node(op, [a, ints(...axes)], { keepdims: keeps ? 1 : 0 });
  const unsqueeze = (a: string, axis: number) => node("Unsqueeze", [a, ints(axis)]);
  const binary = (op: string) => (a: string, b: string) => node(op, [a, b]);

  const arrays: Interpreter<string> = {
    convention,
    number,
    literal: (_, given) => matrix(given),
    blocked: (keys) => interpret(blockedRule(keys), arrays, []),
    flags: (_, cells) => flags(cells),
    rowNumbers: (length) => count(length, length, 1),
    columnNumbers: (length) => count(length, 1, length),
    zeros: (_, [rows, cols]) => matrix({ rows, cols, data: new Float64Array(rows * cols) }),
    add: binary("Add"),
    subtract: binary("Sub"),
    multiply: binary("Mul"),
    divide: binary("Div"),
    power: binary("Pow"),
    equal: binary("Equal"),
    less: binary("Less"),
    or: binary("Or"),
    and: binary("And"),
    matmul: binary("MatMul"),
    where: (condition, a, b) => node("Where", [condition, a, b]),
    atLeast: (a, limit) => node("Max", [a, number(limit)]),
    atMost: (a, limit) => node("Min", [a, number(limit)]),
    call(name, a) {
      // Runtimes support the sine in doubles, not the cosine: cos a = 1 − 2 sin²(a/2), where a/2 is exact.
      if (name === "cos") {
        const half = node("Sin", [node("Div", [a, number(2)])]);
        return node("Sub", [number(1), node("Mul", [number(2), node("Mul", [half, half])])]);
      }
      // ONNX Runtime computes e^−∞ as 5.6e-309. Below this power the only double is 0.
      if (name === "exp") {
        const isZero = node("Less", [a, number(LOWEST_POWER)]);
        return node("Where", [isZero, number(0), node("Exp", [a])]);
      }
      if (!FLOAT_ONLY.includes(name)) return node(operatorOf(name), [a]);
      usesFloat = true;
      const short = node("Cast", [a], { to: FLOAT });
      return node("Cast", [node(operatorOf(name), [short])], { to: DOUBLE });
    },
    // ONNX Runtime joins Transpose and MatMul into an operator that it has only for float32.
    transpose: (a) => node("Einsum", [a], { equation: "ij->ji" }),
    sum: (a, axis) => reduce("ReduceSum", a, [axis], true),
    max: (a, axis) => reduce("ReduceMax", a, [axis], true),
    argmax: (a, axis) => node("Cast", [node("ArgMax", [a], { axis, keepdims: 1 })], { to: DOUBLE }),
    slice: (a, rows, columns) =>
      node("Slice", [
        a,
        ints(rows.from, columns.from),
        ints(rows.to, columns.to),
        ints(0, 1),
        ints(rows.step ?? 1, columns.step ?? 1),
      ]),
    joinRows: (parts) => node("Concat", parts, { axis: 0 }),
    joinColumns: (parts) => node("Concat", parts, { axis: 1 }),
    interleave: (a, b, [rows, cols]) =>
      node("Reshape", [node("Concat", [unsqueeze(a, 2), unsqueeze(b, 2)], { axis: 2 }), ints(rows, cols)]),
    takeRows: (a, rows) => node("Gather", [a, ints(...rows)], { axis: 0 }),
    pad: (a, { above, below, left, right }) => node("Pad", [a, ints(above, left, below, right), number(0)]),
    insertAxis: unsqueeze,
    stack: (parts) =>
      node(
        "Concat",
        parts.map((part) => unsqueeze(part, 0)),
        { axis: 0 },
      ),
    sumAway: (a, axes) => reduce("ReduceSum", a, axes, false),
  };
  const growing = { nodes, initializers, conventions, usesFloat: () => usesFloat };
  return { arrays, node, tensor, ints, number, matrix, ...growing };
}

export type GrowingGraph = ReturnType<typeof createGraph>;

const bytesOf = ({ buffer }: Float64Array | BigInt64Array) => new Uint8Array(buffer);

/** The relative precision that float32 operators leave. */
export const FLOAT_TOLERANCE = 1e-5;

/** The output that is true if all results agree with qkv's. */
export const VERDICT: Value = { name: "agrees", type: "bool", dims: [] };

/**
 * Adds the output that is true if each result is within the tolerance of qkv's. Infinite and NaN results must match.
 */
export function addVerdict(
  { arrays, node, matrix, number }: GrowingGraph,
  results: readonly (readonly [found: string, expected: Matrix])[],
  tolerance: number,
): void {
  const verdicts = results.map(([found, numbers]) => {
    const expected = matrix(numbers);
    const given = [found, expected, node("IsNaN", [found]), node("IsNaN", [expected])];
    const [a, b, isNaNInA, isNaNInB] = inputTerms(given.map(() => numbers));
    const isNear = less(abs(subtract(a, b)), multiply(tolerance, add(1, abs(b))));
    const isRight = where(or(or(isNear, equal(a, b)), and(isNaNInA, isNaNInB)), 1, 0);
    return node("ReduceMin", [interpret(isRight, arrays, given)], { keepdims: 0 });
  });
  const all = verdicts.reduce((product, verdict) => node("Mul", [product, verdict]), number(1));
  node("Equal", [all, number(1)], {}, { output: VERDICT.name });
}
