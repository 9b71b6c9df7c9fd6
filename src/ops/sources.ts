import { createMatrix, type Matrix } from "../math/matrix.js";
import { createRandom } from "../math/random.js";
import { exactly, literal, multiply, subtract, symbolic } from "../trace/arrays.js";
import { constant, type Expression, named, product, sum, valueIn } from "../trace/expression.js";
import { define } from "./define.js";

// Numbers that are not computed from other steps: drawn, measured, counted.

export interface UniformDraw {
  readonly seed: number;
  /** Streams with different names are independent. */
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  /** The numbers are in (−bound, bound). */
  readonly bound: number;
}

/** Numbers drawn uniformly from (−bound, bound): (2u − 1)·bound, with u from the seeded stream. → rows×cols. */
export const drawUniform = define<UniformDraw>({
  name: "draw-uniform",
  definition(_, { seed, name, rows, cols, bound }) {
    const random = createRandom(seed, name);
    const drawn = literal(
      name,
      createMatrix(rows, cols, () => random.uniform()),
    );
    const u = exactly(drawn, (row, col, cell) =>
      named(valueIn(cell), `u (number ${row * cols + col} of seed ${seed})`),
    );
    return multiply(subtract(multiply(2, u), 1), symbolic(named(bound, "bound")));
  },
});

interface Measurement {
  readonly values: Matrix;
  /** What was measured: "mean over 1000 samples of seed 0". */
  readonly how: string;
}

/** Numbers that come from an experiment or from an option, not from other steps. */
export const measured = define<Measurement>({
  name: "measured",
  definition: (_, { values, how }) =>
    exactly(literal("measured", values), (_row, _col, cell) => constant(valueIn(cell), how)),
  kernel: (_, { values }) => values,
});

type Sizes = Readonly<Record<string, number>>;

interface SizeTable {
  /** One formula per cell: sums of products of named sizes, such as "n·(d_q+d_k) + m", or 0. */
  readonly formulas: readonly (readonly string[])[];
  /** The sizes by name, for each row of formulas. */
  readonly sizes: readonly Sizes[];
}

/** The values of formulas of sizes, one formula per cell. */
export const countSizes = define<SizeTable>({
  name: "count-sizes",
  definition(_, { formulas, sizes }) {
    const counted = createMatrix(formulas.length, formulas[0].length, (row, col) =>
      evaluateSizes(formulas[row][col], sizes[row]),
    );
    return exactly(literal("counted", counted), (row, col) => sizesIn(formulas[row][col], sizes[row]));
  },
});

/** Returns the value of a formula of sizes. */
export const evaluateSizes = (formula: string, sizes: Sizes): number => valueIn(sizesIn(formula, sizes));

/** Returns the arithmetic of a formula of sizes. A name that is a number is that number. */
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
