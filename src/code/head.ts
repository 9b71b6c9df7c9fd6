import { type BooleanMatrix, type Matrix, toRows } from "../math/matrix.js";
import { remember } from "../math/remember.js";
import type { Names } from "./names.js";

/** How a language writes numbers and tables of them. */
export interface Spelling {
  number(value: number): string;
  /** A table of numbers from its rows, which are written already. */
  table(rows: string): string;
  /** The same of flags, where they are written otherwise. */
  flags?(rows: string): string;
  /** A table that stands in a file of numbers beside the script. */
  stored(name: string, isFlags: boolean): string;
}

/** A table with more numbers stands in a file beside the script, where there is one. */
const MOST_WRITTEN = 400;

/** More numbers than this make no script that anyone reads. */
export const MOST_INLINE = 20_000;

/**
 * What stands at the head of a script: constants under their names, and the tables that nothing leads to. What is asked for
 * twice stands once.
 */
export function createHead(names: Names, spelling: Spelling, hasFileBeside: boolean) {
  const lines: string[] = [];
  const beside = new Map<string, Matrix>();
  const known = new Map<string, string>();
  let written = 0;

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
      beside.set(name, matrix);
      return spelling.stored(name, isFlags);
    }
    written += rows * cols;
    const cell = isFlags ? (value: number) => (value === 1 ? "True" : "False") : spelling.number;
    return ((isFlags && spelling.flags) || spelling.table)(writeRows(matrix, cell));
  };
  const nameOfTable = (wanted: string) => `${wanted}-${known.size}`.replace(/[^\w-]+/g, "_");

  return {
    lines,
    beside,
    define,
    /** How many numbers the script itself holds. */
    written: () => written,
    constant: (name: string, value: number, meaning: string) => define(name, spelling.number(value), meaning),
    /** The code of a table of numbers that goes by this name. */
    table: (matrix: Matrix, name: string) => table(matrix, name, false),
    literal: (wanted: string, matrix: Matrix) => define(wanted, table(matrix, nameOfTable(wanted), false)),
    flags(wanted: string, { rows, cols, data }: BooleanMatrix) {
      const matrix = { rows, cols, data: Float64Array.from(data) };
      return define(wanted, table(matrix, nameOfTable(wanted), true));
    },
  };
}

export type Head = ReturnType<typeof createHead>;

/** "[[1.0, 2.0], [3.0, 4.0]]", a row a line where that is long. */
function writeRows(matrix: Matrix, cell: (value: number) => string): string {
  const written = toRows(matrix).map((row) => `[${row.map(cell).join(", ")}]`);
  const line = written.join(", ");
  return line.length < 90 ? `[${line}]` : `[\n    ${written.join(",\n    ")},\n]`;
}
