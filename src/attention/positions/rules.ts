import { sumOver, tabulate } from "../../math/lists.js";
import { cellOf, createMatrix, type Matrix } from "../../math/matrix.js";
import { countPositions } from "./position-axis.js";

/** A way to fill a table with sines and cosines that people use, rightly or not. */
export interface TableRule {
  readonly name: string;
  readonly title: string;
  readonly columns: "interleaved" | "halves";
  /** Whether sine and cosine of a pair share their frequency, so that a shift is a rotation. */
  readonly isLinear: boolean;
  /** Whether the first column of a pair holds the cosine. */
  readonly isCosineFirst?: true;
  /** What angles are multiplied by before the sine: π/180 when they are taken for degrees. */
  readonly factor?: number;
  /** The exponent of the base in column `col` of `cols`: ω = base^−exponent. */
  exponent(place: ColumnPlace): number;
}

interface ColumnPlace {
  readonly pair: number;
  readonly pairs: number;
  readonly col: number;
  readonly cols: number;
}

const paper = ({ pair, cols }: ColumnPlace) => (2 * pair) / cols;

/** Of each of these there is one with sines and cosines in turn, and one with all sines first. */
const RULES_OF_PAIRS: readonly Omit<TableRule, "columns" | "isLinear">[] = [
  { name: "paper", title: "the paper's exponent 2i/d", exponent: paper },
  {
    name: "half-minus-one",
    title: "tensor2tensor's exponent i/(d/2 − 1)",
    exponent: ({ pair, pairs }) => pair / Math.max(1, pairs - 1),
  },
  {
    name: "doubled-exponent",
    title: "the exponent doubled, 4i/d (as Macaw-LLM's released code has it)",
    exponent: ({ pair, cols }) => (4 * pair) / cols,
  },
  {
    name: "cosine-first",
    title: "the paper's exponent 2i/d, cosine before sine",
    isCosineFirst: true,
    exponent: paper,
  },
  {
    name: "degrees",
    title: "the paper's exponent 2i/d, angles taken for degrees",
    factor: Math.PI / 180,
    exponent: paper,
  },
];

/** The rules that a given table is compared with, the right ones first. */
export const TABLE_RULES: readonly TableRule[] = [
  ...RULES_OF_PAIRS.flatMap((rule) =>
    (["interleaved", "halves"] as const).map((columns): TableRule => ({ ...rule, columns, isLinear: true })),
  ),
  {
    name: "column-number",
    columns: "interleaved",
    isLinear: false,
    title:
      "the column's number in the exponent, so that sine and cosine of a pair differ: 2i/d and (2i + 1)/d",
    exponent: ({ col, cols }) => col / cols,
  },
  {
    name: "doubled-column-number",
    columns: "interleaved",
    isLinear: false,
    title:
      "twice the column's number in the exponent, so that sine and cosine of a pair differ: 4i/d and (4i + 2)/d",
    exponent: ({ col, cols }) => (2 * col) / cols,
  },
];

/** What one column of a table holds: sin or cos of pos·ω. */
export interface ColumnWave {
  readonly isSine: boolean;
  readonly frequency: number;
}

/** The wave of a column; undefined for one that is left over. */
export function waveOf(rule: TableRule, col: number, cols: number, base: number): ColumnWave | undefined {
  const pairs = Math.floor(cols / 2);
  if (col >= 2 * pairs) return undefined;
  const isInterleaved = rule.columns === "interleaved";
  const pair = isInterleaved ? Math.floor(col / 2) : col % pairs;
  const isFirst = isInterleaved ? col % 2 === 0 : col < pairs;
  const frequency = (rule.factor ?? 1) * base ** -rule.exponent({ pair, pairs, col, cols });
  return { isSine: isFirst !== (rule.isCosineFirst ?? false), frequency };
}

/** What a wave is at a position. */
export const waveAt = ({ isSine, frequency }: ColumnWave, position: number) =>
  (isSine ? Math.sin : Math.cos)(position * frequency);

/** The table of a rule for some positions, n×cols; a column that is left over is 0. */
export function fillTable(rule: TableRule, positions: Float64Array, cols: number, base: number): Matrix {
  const waves = tabulate(cols, (col) => waveOf(rule, col, cols, base));
  return createMatrix(positions.length, cols, (row, col) => {
    const wave = waves[col];
    return wave ? waveAt(wave, positions[row]) : 0;
  });
}

/** A rule with what it leaves open. */
interface RuleCandidate {
  readonly rule: TableRule;
  readonly base: number;
  readonly firstPosition: number;
}

/** The cells of a table that a rule does not give: how many, the first of them, and how many in each column. */
export interface Match extends RuleCandidate {
  readonly wrongCount: number;
  readonly wrongCells: readonly (readonly [row: number, col: number])[];
  readonly wrongByColumn: readonly number[];
}

/** So many wrong cells are listed. */
const MOST_LISTED = 1000;

/** How far a cell of a column may lie from the number that it stands for. */
export type Tolerance = (col: number) => number;

/** Compares a table with a rule, cell by cell, to within the tolerance. */
export function matchRule(table: Matrix, candidate: RuleCandidate, tolerance: Tolerance): Match {
  const { rule, base, firstPosition } = candidate;
  const wanted = fillTable(rule, countPositions(table.rows, firstPosition), table.cols, base);
  const wrongCells: [number, number][] = [];
  const wrongByColumn = new Array<number>(table.cols).fill(0);
  for (let row = 0; row < table.rows; row++) {
    for (let col = 0; col < table.cols; col++) {
      const difference = Math.abs(cellOf(table, row, col) - cellOf(wanted, row, col));
      if (difference <= tolerance(col)) continue;
      wrongByColumn[col]++;
      if (wrongCells.length < MOST_LISTED) wrongCells.push([row, col]);
    }
  }
  const wrongCount = sumOver(wrongByColumn);
  return { ...candidate, wrongCount, wrongCells, wrongByColumn };
}
