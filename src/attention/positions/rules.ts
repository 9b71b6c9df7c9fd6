import { cellOf, createMatrix, type Matrix } from "../../math/matrix.js";

/** A way to fill a table with sines and cosines that people use, rightly or not. */
export interface TableRule {
  readonly name: string;
  readonly title: string;
  /** Whether sine and cosine of a pair share their frequency, so that a shift is a rotation. */
  readonly isLinear: boolean;
  readonly columns: "interleaved" | "halves";
  /** The exponent of the base in column `col` of `cols`: ω = base^−exponent. */
  exponent(place: ColumnPlace): number;
}

export interface ColumnPlace {
  readonly pair: number;
  readonly pairs: number;
  readonly col: number;
  readonly cols: number;
}

const layouts = ["interleaved", "halves"] as const;

/** The rules that a given table is compared with, the right ones first. */
export const TABLE_RULES: readonly TableRule[] = [
  ...layouts.map(
    (columns): TableRule => ({
      ...{ name: "paper", title: "the paper's exponent 2i/d", isLinear: true, columns },
      exponent: ({ pair, cols }) => (2 * pair) / cols,
    }),
  ),
  ...layouts.map(
    (columns): TableRule => ({
      ...{ name: "half-minus-one", title: "tensor2tensor's exponent i/(d/2 − 1)", isLinear: true, columns },
      exponent: ({ pair, pairs }) => pair / Math.max(1, pairs - 1),
    }),
  ),
  ...layouts.map(
    (columns): TableRule => ({
      ...{ name: "doubled-exponent", title: "the exponent doubled: 4i/d", isLinear: true, columns },
      exponent: ({ pair, cols }) => (4 * pair) / cols,
    }),
  ),
  {
    ...{ name: "column-number", columns: "interleaved", isLinear: false },
    title:
      "the column's number in the exponent, so that sine and cosine of a pair differ: 2i/d and (2i + 1)/d",
    exponent: ({ col, cols }) => col / cols,
  },
  {
    ...{ name: "doubled-column-number", columns: "interleaved", isLinear: false },
    title:
      "twice the column's number in the exponent, so that sine and cosine of a pair differ: 4i/d and (4i + 2)/d",
    exponent: ({ col, cols }) => (2 * col) / cols,
  },
];

/** The table of a rule for some positions, n×cols; a column that is left over is 0. */
export function fillTable(rule: TableRule, positions: Float64Array, cols: number, base: number): Matrix {
  const pairs = Math.floor(cols / 2);
  return createMatrix(positions.length, cols, (row, col) => {
    if (col >= 2 * pairs) return 0;
    const isInterleaved = rule.columns === "interleaved";
    const pair = isInterleaved ? Math.floor(col / 2) : col % pairs;
    const angle = positions[row] * base ** -rule.exponent({ pair, pairs, col, cols });
    return (isInterleaved ? col % 2 === 0 : col < pairs) ? Math.sin(angle) : Math.cos(angle);
  });
}

/** A rule with the cells of a table that it does not give. */
export interface Match {
  readonly rule: TableRule;
  readonly wrong: readonly (readonly [row: number, col: number])[];
  readonly maxDifference: number;
}

/** How far a cell of a column may lie from the number that it stands for. */
export type Tolerance = (col: number) => number;

/** The rule that gives the most cells of a table to within `tolerance`; the first one wins a tie. */
export function nearestRule(
  table: Matrix,
  positions: Float64Array,
  base: number,
  tolerance: Tolerance,
): Match {
  const matches = TABLE_RULES.map((rule) =>
    compare(table, fillTable(rule, positions, table.cols, base), rule, tolerance),
  );
  return matches.reduce((best, match) => (match.wrong.length < best.wrong.length ? match : best));
}

function compare(table: Matrix, wanted: Matrix, rule: TableRule, tolerance: Tolerance): Match {
  const wrong: [number, number][] = [];
  let maxDifference = 0;
  for (let row = 0; row < table.rows; row++) {
    for (let col = 0; col < table.cols; col++) {
      const difference = Math.abs(cellOf(table, row, col) - cellOf(wanted, row, col));
      maxDifference = Math.max(maxDifference, difference);
      if (!(difference <= tolerance(col))) wrong.push([row, col]);
    }
  }
  return { rule, wrong, maxDifference };
}
