import { createMatrix, type Matrix } from "../math/matrix.js";
import { createRandom } from "../math/random.js";
import { constant, type Expression, named, product, sum, valueIn } from "../trace/expression.js";
import { define } from "./define.js";

// Numbers that come from no other step: drawn, measured, counted.

export interface Draw {
  readonly seed: number;
  /** Streams of different names are independent. */
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  /** Numbers lie in (−bound, bound). */
  readonly bound: number;
}

/** Numbers drawn evenly from (−bound, bound): (2u − 1)·bound with u from the seeded stream. → rows×cols. */
export const drawUniform = define<Draw>({
  name: "draw-uniform",
  of({ literal, exactly, known, multiply, subtract }, _, { seed, name, rows, cols, bound }) {
    const random = createRandom(seed, name);
    const drawn = literal(
      name,
      createMatrix(rows, cols, () => random.uniform()),
    );
    const u = exactly(drawn, (row, col, own) =>
      named(valueIn(own), `u (number ${row * cols + col} of seed ${seed})`),
    );
    return multiply(subtract(multiply(2, u), 1), known(named(bound, "bound")));
  },
});

interface Measurement {
  readonly values: Matrix;
  /** What was measured: "mean over 1000 samples of seed 0". */
  readonly how: string;
}

/** Numbers that an experiment gave, or that were given with an option: nothing in the trace leads to them. */
export const measured = define<Measurement>({
  name: "measured",
  of: ({ literal, exactly }, _, { values, how }) =>
    exactly(literal("measured", values), (_row, _col, own) => constant(valueIn(own), how)),
  kernel: (_, { values }) => values,
});

/** A sum of products of named sizes: `[["n", "m", "d_k"], ["n", "m"]]` is n·m·d_k + n·m. */
export type SizeFormula = readonly (readonly string[])[];

interface SizeTable {
  readonly formulas: readonly (readonly SizeFormula[])[];
  /** Sizes by name, for each row of formulas. */
  readonly sizes: readonly Sizes[];
}

type Sizes = Readonly<Record<string, number>>;

/** What formulas of sizes come to, a formula a cell. */
export const countSizes = define<SizeTable>({
  name: "count-sizes",
  of({ literal, exactly }, _, { formulas, sizes }) {
    const counted = createMatrix(formulas.length, formulas[0].length, (row, col) =>
      evaluateSizes(formulas[row][col], sizes[row]),
    );
    return exactly(literal("counted", counted), (row, col) =>
      sum(
        formulas[row][col].map((factors) => product(...factors.map((name) => sizeFactor(name, sizes[row])))),
      ),
    );
  },
});

/** The number behind a formula of sizes; a name that is a number stands for itself. */
export function evaluateSizes(formula: SizeFormula, sizes: Sizes): number {
  return formula.reduce(
    (total, factors) => total + factors.reduce((value, name) => value * sizeOf(name, sizes), 1),
    0,
  );
}

/** "n·m·d_k + n·m", or 0 when there is no term. */
export function writeSizes(formula: SizeFormula): string {
  const factor = (name: string, { length }: readonly string[]) =>
    length > 1 && name.includes("+") ? `(${name})` : name;
  return formula.map((factors) => factors.map((name) => factor(name, factors)).join("·")).join(" + ") || "0";
}

/** A size by its name; a number is its own. */
function sizeFactor(name: string, sizes: Sizes): Expression {
  return Object.hasOwn(sizes, name) ? named(sizes[name], name) : constant(Number(name));
}

function sizeOf(name: string, sizes: Sizes): number {
  return Object.hasOwn(sizes, name) ? sizes[name] : Number(name);
}
