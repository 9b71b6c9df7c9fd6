import { type BooleanMatrix, type Matrix, toRows } from "../math/matrix.js";
import { remember } from "../math/remember.js";
import { type Interpreter, inputTerms, interpret } from "../trace/interpret.js";
import { type Step, shapeOf, type Trace } from "../trace/trace.js";
import type { Names } from "./names.js";

/** How a language writes numbers and tables of them. */
export interface Spelling {
  number(value: number): string;
  /** Writes a table of numbers, or of booleans. `rows` is the code of its rows. */
  table(rows: string, isFlags: boolean): string;
  /** Reads a table from the file of numbers beside the script. */
  stored(name: string, isFlags: boolean): string;
}

/** A larger table goes into the file beside the script, if there is one. */
const MOST_WRITTEN = 400;

/** A script with more numbers than this is too long to read. */
export const MOST_INLINE = 20_000;

/**
 * Creates the preamble of a script: named constants, and tables that no step computes. A constant that is used twice is
 * written once.
 */
export function createPreamble(names: Names, spelling: Spelling, hasFileBeside: boolean) {
  const lines: string[] = [];
  const storedTables = new Map<string, Matrix>();
  const known = new Map<string, string>();
  let inlineNumbers = 0;

  const define = (wanted: string, code: string, comment?: string): string => {
    const key = `${wanted} = ${code}`;
    return remember(known, key, () => {
      const name = names.fresh(wanted);
      lines.push(`${name} = ${code}${comment === undefined ? "" : `  # ${comment}`}`);
      return name;
    });
  };
  const table = (matrix: Matrix, name: string, isFlags: boolean): string => {
    const { rows, cols } = matrix;
    if (hasFileBeside && rows * cols > MOST_WRITTEN) {
      storedTables.set(name, matrix);
      return spelling.stored(name, isFlags);
    }
    inlineNumbers += rows * cols;
    const cell = isFlags ? (value: number) => (value === 1 ? "True" : "False") : spelling.number;
    return spelling.table(writeRows(matrix, cell), isFlags);
  };
  const nameOfTable = (wanted: string) => `${wanted}-${known.size}`.replace(/[^\w-]+/g, "_");

  return {
    lines,
    storedTables,
    define,
    /** Returns how many numbers the script itself contains. */
    inlineNumbers: () => inlineNumbers,
    constant: (name: string, value: number, meaning: string) => define(name, spelling.number(value), meaning),
    /** Returns the code of a table of numbers. In the file beside the script it has this name. */
    table: (matrix: Matrix, name: string) => table(matrix, name, false),
    literal: (wanted: string, matrix: Matrix) => define(wanted, table(matrix, nameOfTable(wanted), false)),
    flags(wanted: string, { rows, cols, data }: BooleanMatrix) {
      const matrix = { rows, cols, data: Float64Array.from(data) };
      return define(wanted, table(matrix, nameOfTable(wanted), true));
    },
  };
}

export type Preamble = ReturnType<typeof createPreamble>;

/** Writes "[[1.0, 2.0], [3.0, 4.0]]", with one row per line if it is long. */
function writeRows(matrix: Matrix, cell: (value: number) => string): string {
  const written = toRows(matrix).map((row) => `[${row.map(cell).join(", ")}]`);
  const line = written.join(", ");
  return line.length < 90 ? `[${line}]` : `[\n    ${written.join(",\n    ")},\n]`;
}

/** Writes a step of a run with an interpreter of array operations. `named` returns the array of a key. */
export function applyOp<A>(
  trace: Trace,
  { op, params, inputs }: Step,
  interpreter: Interpreter<A>,
  named: (key: string) => A,
): A {
  const terms = inputTerms(inputs.map((key) => shapeOf(trace, key)));
  return interpret(op.definition(terms, params), interpreter, inputs.map(named));
}
