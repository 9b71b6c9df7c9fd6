import type { Matrix } from "../../../../math/matrix.js";
import { type Homework, mistakesAt } from "../../../mistakes/mistake.js";
import type { Parameters, ReplayedMistake } from "../../mistakes/kernel-mistake.js";
import type { Task } from "../../task.js";
import type { BackHead } from "../back-heads.js";
import { type RowsBack, timesCells } from "../rows-back.js";
import type { ShortTiles } from "../short-sums.js";

/** The heads of a run, as mistakes are replayed in them. */
export interface ReplayedHeads {
  readonly heads: readonly ReplayedHead[];
  /** The kv head that each query head reads. */
  readonly kvOf: readonly number[];
  readonly kvHeads: number;
}

/** One head with what its forward pass left. */
export interface ReplayedHead extends BackHead {
  readonly index: number;
  /** Right outputs, n×d_v, and log-sum-exps. */
  readonly outputs: Matrix;
  readonly logSumExp: Float64Array;
  /** The largest score of each row that attends to something, else 0. */
  readonly maxima: Float64Array;
}

/** What is done otherwise in some rows: what dQ, dK and dV are made of, and by what they are multiplied at the end. */
export interface Changed {
  /** In place of dZ, count×m. */
  readonly ofQuery?: Matrix;
  readonly ofKey?: Matrix;
  /** In place of P, or of P∘F with dropout, in dV. */
  readonly ofValue?: Matrix;
  /** What dP and δ, and so their errors, are multiplied with in dS, where these are not the weights of dV. */
  readonly errorWeights?: Matrix;
  /** In place of dS in the gradient of the bias. */
  readonly ofBias?: Matrix;
  /** What these are multiplied with: in place of K, of Q and of dO; of all queries or keys. */
  readonly read?: Readonly<Partial<Record<Part, Matrix>>>;
  /** In place of the scale. */
  readonly queryFactor?: number;
  readonly keyFactor?: number;
}

/** Gradients by query heads and by kv heads; of the bias the sum over the heads. */
export interface ReplayedGradients {
  readonly query: readonly Matrix[];
  readonly key: readonly Matrix[];
  readonly value: readonly Matrix[];
  readonly bias?: Matrix | undefined;
}

/** What each query head gives, before the heads of a group are added up. */
export type Contribution = Readonly<Record<"query" | "key" | "value", Matrix>>;

/** One way to make a mistake. */
export interface GradientVariant {
  readonly parameters?: Parameters | undefined;
  /** What a head is worked with; by default its own query, key and value. */
  readonly task?: (head: ReplayedHead, all: ReplayedHeads) => Task;
  readonly change?: (rows: RowsBack, head: ReplayedHead) => Changed;
  /** How what heads give is put together; by default it is added up in each group. */
  readonly gather?: (given: readonly Contribution[], all: ReplayedHeads) => ReplayedGradients;
  /** What becomes of the gradients at the end. */
  readonly finish?: (gradients: ReplayedGradients, all: ReplayedHeads) => ReplayedGradients;
  /** What becomes of gradients by turned rows, in place of being turned back. */
  readonly turn?: { readonly how: "not at all" | "forth"; readonly parts: readonly Part[] };
  /** Sums over tiles are kept in a short type. */
  readonly sums?: (ShortTiles & { readonly parts: readonly Part[] }) | undefined;
  /** All rows of a head are needed at once. */
  readonly needsAllRows?: true;
}

/** What is known when the mistakes of gradients are looked for. */
export interface GradientSuspicion extends ReplayedHeads {
  /** Rows of dQ, and of dK, in which some cell is off by itself; of all heads together. */
  readonly wrongRows: readonly number[];
  readonly wrongKeys: readonly number[];
  readonly homework: Homework;
  readonly hasRope: boolean;
  readonly hasBias: boolean;
  /** Which of dQ, dK and dV are wrong. */
  readonly wrongParts: readonly Part[];
  /** What a machine gave for a query head, or for a kv head, and what is right; undefined where it was not dumped as such. */
  dumped(part: Part, head: number): DumpedPart | undefined;
}

/** A gradient by the queries, keys or values of the heads. */
export type Part = "query" | "key" | "value";

/** What the gradients by queries, keys and values are called. */
export const GRADIENT_NAMES: Readonly<Record<Part, string>> = { query: "dQ", key: "dK", value: "dV" };

/** Tiles that backward passes have. */
export const TILES = [8, 16, 32, 64, 128] as const;

export interface DumpedPart {
  readonly got: Matrix;
  readonly want: Matrix;
  readonly variance: Float64Array;
}

/** A way in which backward passes go wrong. */
export type GradientMistake = ReplayedMistake<GradientSuspicion, GradientVariant>;

/** What makes the mistakes of a family: of one step and one formula, but for those that say otherwise. */
export const gradientMistakes = mistakesAt<GradientMistake>;

/** A matrix of the same shape, cell by cell. */
export function cells(like: Matrix, cell: (at: number, row: number, col: number) => number): Matrix {
  const { rows, cols } = like;
  const data = new Float64Array(rows * cols);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) data[at] = cell(at, row, col);
  }
  return { rows, cols, data };
}

/** P∘(dP − δ) with other weights or other row terms, 0 where the weight is; times the slope of the softcap. */
export function changesWith(
  { dWeights, bent }: RowsBack,
  weights: Matrix,
  dots: ArrayLike<number>,
  slope: (at: number) => number = (at) => (bent ? 1 - bent.data[at] ** 2 : 1),
): Matrix {
  return cells(weights, (at, row) => {
    const weight = weights.data[at];
    return weight === 0 ? 0 : weight * (dWeights.data[at] - dots[row]) * slope(at);
  });
}

/** dQ and dK of the same n×m numbers. */
export const ofBoth = (matrix: Matrix): Changed => ({ ofQuery: matrix, ofKey: matrix, ofBias: matrix });

/** dQ, dK and dB of other weights or row terms. */
export const ofChanges = (
  rows: RowsBack,
  weights: Matrix,
  dots: ArrayLike<number>,
  slope?: (at: number) => number,
): Changed => ({
  ...ofBoth(changesWith(rows, weights, dots, slope)),
  ofBias: changesWith(rows, weights, dots, () => 1),
});

/** Other weights in all gradients: dQ and dK by the right δ, and dV. */
export const withWeights = (rows: RowsBack, weights: Matrix, slope?: (at: number) => number): Changed => ({
  ...ofChanges(rows, weights, rows.dots, slope),
  ofValue: timesCells(weights, rows.factors),
  ...(rows.factors && { errorWeights: weights }),
});

/** Σ_c dO of a row with a row of another matrix. */
export function dotWith({ gradient }: ReplayedHead, row: number, other: Matrix, otherRow = row): number {
  const { cols } = gradient;
  let sum = 0;
  for (let c = 0; c < cols; c++) sum += gradient.data[row * cols + c] * other.data[otherRow * cols + c];
  return sum;
}

/** δ = Σ dO∘O of the output that the forward pass left. */
export const dotsOfOutput = ({ first, count }: RowsBack, head: ReplayedHead): Float64Array =>
  Float64Array.from({ length: count }, (_, row) => dotWith(head, first + row, head.outputs));

/** e^(s − L) with other scores or another L for each row; 0 where a score is −∞. */
export const weightsFrom = (scores: Matrix, left: (row: number) => number): Matrix =>
  cells(scores, (at, row) => {
    const score = scores.data[at];
    return score === Number.NEGATIVE_INFINITY ? 0 : Math.exp(score - left(row));
  });
