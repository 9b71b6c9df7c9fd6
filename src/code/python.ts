import type { Elementwise, Padding, Range } from "../trace/arrays.js";
import { type Interpreter, interpret } from "../trace/interpret.js";
import type { Dims } from "../trace/term.js";
import { blockedRule } from "./blocked-rule.js";
import type { Preamble } from "./preamble.js";

/** Code, and the precedence of its outermost operator. */
export interface Code {
  readonly text: string;
  readonly level: number;
}

/** The precedence of Python's operators. */
const LEVEL = { compare: 0, logic: 1, sum: 2, product: 3, sign: 4, power: 5, atom: 6 } as const;

/** What differs between the array libraries of Python. Each begins with the functions of NumPy. */
export type Library = ReturnType<typeof numpyLibrary>;

/** Returns NumPy's array functions, for any module that has the same ones. */
export const numpyLibrary = (module: string) => ({
  /** Writes the call of a function. `argument` is the code of its arguments. */
  call: (name: Elementwise | "where", argument: string) => `${module}.${name}(${argument})`,
  transpose: (a: string) => `${a}.T`,
  /** Reduces over one axis, which is kept. */
  reduce: (name: "sum" | "max" | "argmax", a: string, axis: 0 | 1) =>
    `${module}.${name}(${a}, axis=${axis}, keepdims=True)`,
  sumAway: (a: string, axes: readonly number[]) =>
    `${module}.sum(${a}, axis=${axes.length === 1 ? axes[0] : `(${axes.join(", ")})`})`,
  atLeast: (a: string, limit: string) => `${module}.maximum(${a}, ${limit})`,
  atMost: (a: string, limit: string) => `${module}.minimum(${a}, ${limit})`,
  join: (parts: readonly string[], axis: 0 | 1) => `${module}.concatenate(${list(parts)}, axis=${axis})`,
  stack: (parts: readonly string[], axis: number) => `${module}.stack(${list(parts)}, axis=${axis})`,
  reshape: (a: string, rows: number, cols: number) => `${module}.reshape(${a}, (${rows}, ${cols}))`,
  takeRows: (a: string, rows: readonly number[]) => `${a}[${module}.array([${rows.join(", ")}])]`,
  pad: (a: string, { above, below, left, right }: Padding) =>
    `${module}.pad(${a}, ((${above}, ${below}), (${left}, ${right})))`,
  zeros: ([rows, cols]: Dims) => `${module}.zeros((${rows}, ${cols}))`,
  /** Writes the array of the numbers 0 … count − 1. */
  count: (count: number) => `${module}.arange(${count}.0)`,
  number: (value: number) => pythonNumber(value, module),
});

export const list = (parts: readonly string[]) => `[${parts.join(", ")}]`;

/** Marks code as binding as tightly as a name. */
export const atom = (text: string): Code => ({ text, level: LEVEL.atom });

/** Adds parentheses if the code binds less tightly than its surroundings need. */
const within = ({ text, level }: Code, least: number): string => (level >= least ? text : `(${text})`);

/** Writes a range as a Python slice. */
function sliceText({ from, to, step }: Range): string {
  return `${from === 0 ? "" : from}:${to}${step === undefined ? "" : `:${step}`}`;
}

/** Implements array words as the code of a Python library. Constants go to the preamble of the script. */
export function pythonArrays(library: Library, preamble: Preamble): Interpreter<Code> {
  const infix =
    (sign: string, level: number, left = level, right = level + 1) =>
    (a: Code, b: Code): Code => ({
      text: `${within(a, left)} ${sign} ${within(b, right)}`,
      level,
    });
  const reduction = (name: "sum" | "max" | "argmax") => (a: Code, axis: 0 | 1) =>
    atom(library.reduce(name, a.text, axis));

  const arrays: Interpreter<Code> = {
    convention: (name, value, meaning) => atom(preamble.constant(name, value, meaning)),
    number: (value) => ({ text: library.number(value), level: value < 0 ? LEVEL.sign : LEVEL.atom }),
    literal: (name, matrix) => atom(preamble.literal(name, matrix)),
    blocked(keys) {
      const { text } = interpret(blockedRule(keys), arrays, []);
      const { rows, cols } = keys;
      return atom(preamble.define("blocked", text, `${rows}×${cols}, true = may not attend`));
    },
    flags: (name, cells) => atom(preamble.flags(name, cells)),
    rowNumbers: (count) => atom(`${library.count(count)}[:, None]`),
    columnNumbers: (count) => atom(`${library.count(count)}[None, :]`),
    firstUse: (a, name) => atom(`(${name} := ${a.text})`),
    laterUse: (_, name) => atom(name),
    zeros: (_, dims) => atom(library.zeros(dims)),
    add: infix("+", LEVEL.sum),
    subtract: infix("-", LEVEL.sum),
    negative: (a) => ({ text: `-${within(a, LEVEL.sign)}`, level: LEVEL.sign }),
    multiply: infix("*", LEVEL.product),
    divide: infix("/", LEVEL.product),
    power: infix("**", LEVEL.power, LEVEL.atom, LEVEL.sign),
    equal: infix("==", LEVEL.compare, LEVEL.logic),
    less: infix("<", LEVEL.compare, LEVEL.logic),
    or: infix("|", LEVEL.logic, LEVEL.sum),
    and: infix("&", LEVEL.logic, LEVEL.sum),
    where: (condition, a, b) => atom(library.call("where", texts([condition, a, b]).join(", "))),
    atLeast: (a, limit) => atom(library.atLeast(a.text, library.number(limit))),
    atMost: (a, limit) => atom(library.atMost(a.text, library.number(limit))),
    call: (name, a) => atom(library.call(name, a.text)),
    matmul: infix("@", LEVEL.product, LEVEL.sign, LEVEL.sign),
    transpose: (a) => atom(library.transpose(within(a, LEVEL.atom))),
    sum: reduction("sum"),
    max: reduction("max"),
    argmax: reduction("argmax"),
    slice: (a, rows, columns) => atom(`${within(a, LEVEL.atom)}[${sliceText(rows)}, ${sliceText(columns)}]`),
    joinRows: (parts) => atom(library.join(texts(parts), 0)),
    joinColumns: (parts) => atom(library.join(texts(parts), 1)),
    interleave: (a, b, [rows, cols]) => atom(library.reshape(library.stack([a.text, b.text], 2), rows, cols)),
    takeRows: (a, rows) => atom(library.takeRows(within(a, LEVEL.atom), rows)),
    pad: (a, around) => atom(library.pad(a.text, around)),
    insertAxis: (a, axis) =>
      atom(`${within(a, LEVEL.atom)}[${[...Array.from({ length: axis }, () => ":"), "None"].join(", ")}]`),
    stack: (parts) => atom(library.stack(texts(parts), 0)),
    sumAway: (a, axes) => atom(library.sumAway(a.text, axes)),
  };
  return arrays;
}

const texts = (parts: readonly Code[]) => parts.map(({ text }) => text);

/** Writes a Python float in its shortest exact digits, at most 17 for a float64. */
export function pythonNumber(value: number, module: string): string {
  if (Number.isNaN(value)) return `${module}.nan`;
  if (!Number.isFinite(value)) return `${value < 0 ? "-" : ""}${module}.inf`;
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
