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

type Sizes = Readonly<Record<string, number>>;

interface SizeTable {
  /** Sums of products of named sizes, such as "n·(d_q+d_k) + m", or 0: one a cell. */
  readonly formulas: readonly (readonly string[])[];
  /** Sizes by name, for each row of formulas. */
  readonly sizes: readonly Sizes[];
}

/** What formulas of sizes come to, a formula a cell. */
export const countSizes = define<SizeTable>({
  name: "count-sizes",
  of({ literal, exactly }, _, { formulas, sizes }) {
    const counted = createMatrix(formulas.length, formulas[0].length, (row, col) =>
      evaluateSizes(formulas[row][col], sizes[row]),
    );
    return exactly(literal("counted", counted), (row, col) => sizesIn(formulas[row][col], sizes[row]));
  },
});

/** The number behind a formula of sizes. */
export const evaluateSizes = (formula: string, sizes: Sizes): number => valueIn(sizesIn(formula, sizes));

/** The arithmetic of a formula of sizes; a name that is a number stands for itself. */
function sizesIn(formula: string, sizes: Sizes): Expression {
  const sizeOf = (name: string) =>
    Object.hasOwn(sizes, name) ? named(sizes[name], name) : constant(Number(name));
  const terms = formula.split(" + ").filter((term) => term !== "0");
  return sum(
    terms.map((term) => {
      const factors = term.match(/\([^)]*\)|⌈[^⌉]*⌉|[^·]+/g) ?? [];
      return product(...factors.map((factor) => sizeOf(factor.replace(/^\((.*)\)$/, "$1"))));
    }),
  );
}
