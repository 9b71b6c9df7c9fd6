import type { Equation } from "../../../../math/least-squares.js";
import { createMatrix, type Matrix } from "../../../../math/matrix.js";
import { dotRows } from "../../../../math/product.js";
import type { Rotation } from "../../../../ops/pairs.js";
import type { Trace } from "../../../../trace/trace.js";
import { type Homework, mistakesAt } from "../../../mistakes/mistake.js";
import { type Parameters, type ReplayedMistake, takenFromOthers } from "../../mistakes/kernel-mistake.js";
import { unitsOf } from "../../rule.js";
import type { Task } from "../../task.js";
import { wrongRowsIn } from "../../where.js";
import type { BackwardHead } from "../backward-heads.js";
import type { BackwardRows, Part, PerPart } from "../backward-rows.js";
import type { ShortTiles } from "../short-sums.js";

// A mistake of a backward pass, as a change of the matrices that dQ, dK and dV are products of. `../replay-heads.ts`
// multiplies them. docs/precision.md explains the symbols P, dP, dS, dZ, δ, f and F.

/** The heads of a run, as mistakes are replayed in them. */
export interface ReplayedHeads {
  readonly heads: readonly ReplayedHead[];
  /** The index of the kv head that each query head reads. */
  readonly kvOf: readonly number[];
  readonly kvHeads: number;
}

/** One head, with the results of its forward pass. */
export interface ReplayedHead extends BackwardHead {
  readonly index: number;
  /** The right outputs, n×d_v, and the log-sum-exp of each row. */
  readonly outputs: Matrix;
  readonly logSumExp: Float64Array;
  /** The largest score of each row; 0 if the row attends to no key. */
  readonly maxima: Float64Array;
}

/**
 * What a mistake changes in some rows. Left out: as in the right backward pass. Everything that depends on a changed P,
 * dP, δ or f is computed again: dS and dZ, and P∘F in dV.
 */
export interface Changes {
  /** In place of P and dP, count×m. */
  readonly weights?: Matrix;
  readonly dWeights?: Matrix;
  /** In place of δ, one number per row. */
  readonly delta?: ArrayLike<number>;
  /** In place of f, the derivative of the softcap in a cell. */
  readonly slope?: ((at: number) => number) | undefined;
  /** In place of dZ (in dQ and in dK) and of P∘F (in dV), count×m. */
  readonly pairs?: Partial<PerPart<Matrix>>;
  /** The other factor: in place of K (in dQ), of Q (in dK) and of dO (in dV). All queries or keys of the head. */
  readonly read?: Partial<PerPart<Matrix>>;
  /** In place of the scale in dQ and in dK, and of 1 in dV. */
  readonly factors?: Partial<PerPart<number>>;
  /** In place of dS in the gradient of the bias. */
  readonly ofBias?: Matrix;
}

/** dQ and dB by query heads, dK and dV by kv heads. If heads share a bias, its gradient is the sum of their dB. */
export interface ReplayedGradients extends PerPart<readonly Matrix[]> {
  readonly biases?: readonly Matrix[] | undefined;
}

/** One variant of a mistake. */
export interface GradientVariant {
  readonly parameters?: Parameters | undefined;
  /** The query, key and value that a head uses. Default: its own. */
  readonly task?: (head: ReplayedHead, all: ReplayedHeads) => Task;
  readonly change?: (rows: BackwardRows, head: ReplayedHead) => Changes;
  /** How the gradients of the query heads are combined. Default: they are added up in each group. */
  readonly gather?: (given: readonly PerPart<Matrix>[], all: ReplayedHeads) => ReplayedGradients;
  /** Changes the gradients at the end. */
  readonly finish?: (gradients: ReplayedGradients, all: ReplayedHeads) => ReplayedGradients;
  /** The variant that this one applies to a part of the gradients. */
  readonly ofWhole?: GradientVariant;
  /** How RoPE rotates some gradients, in place of the right rotation back. Undefined: not at all. */
  readonly rotation?: {
    readonly of: (right: Rotation) => Rotation | undefined;
    readonly parts: readonly Part[];
  };
  /** Sums over tiles are kept in a short type, for these gradients. */
  readonly sums?: (ShortTiles & { readonly parts: readonly Part[] }) | undefined;
  /** Whether `change` needs all rows of a head at once. */
  readonly needsAllRows?: true;
}

/** What is known when the mistakes of gradients are looked for. */
export interface GradientSearchContext extends ReplayedHeads {
  /** Rows of dQ, and of dK or dV, with a cell that is off by itself, over all heads together. */
  readonly wrongRows: readonly number[];
  readonly wrongKeys: readonly number[];
  readonly homework: Homework;
  /** Every batch of the dump, and the index of this one. */
  readonly batches: readonly SearchedBatch[];
  readonly batch: number;
  readonly hasRope: boolean;
  readonly hasBias: boolean;
  /** Which of dQ, dK and dV are wrong. */
  readonly wrongParts: readonly Part[];
  /** The dumped gradient of a query head or kv head, beside the right one. Undefined if it was not dumped by heads. */
  dumped(part: Part, head: number): DumpedPart | undefined;
}

/** A batch of the dump, with its right gradients, and with itself in place of the batch that is searched. */
export interface SearchedBatch {
  readonly trace: Trace;
  readonly right: () => ReplayedGradients;
  readonly context: () => GradientSearchContext;
}

/** The names of the gradients in texts. */
export const GRADIENT_NAMES: PerPart<string> = { query: "dQ", key: "dK", value: "dV" };

/** Names gradients in a text: "dQ and dK". */
export const namesOf = (parts: readonly Part[]): string =>
  parts.map((part) => GRADIENT_NAMES[part]).join(" and ");

/** Usual tile sizes of backward passes. */
export const TILES = [8, 16, 32, 64, 128] as const;

export interface DumpedPart {
  readonly got: Matrix;
  readonly want: Matrix;
  readonly variance: Float64Array;
}

/** Returns the rows of a dumped gradient with a cell that is off by itself. */
export function rowsOff({ got, want, variance }: DumpedPart): ReadonlySet<number> {
  const units = unitsOf({ got, want }, variance);
  return new Set(wrongRowsIn(units, got.cols));
}

/** Returns the equation Σ factors · x = right of a cell, divided by the expected error of the cell. */
export function equationOf(
  { variance }: DumpedPart,
  at: number,
  factors: readonly number[],
  right: number,
): Equation {
  const by = 1 / Math.sqrt(Math.max(variance[at], Number.MIN_VALUE));
  return { factors: factors.map((own) => own * by), right: right * by };
}

/** A mistake of backward passes, which is replayed. */
export type GradientMistake = ReplayedMistake<GradientSearchContext, GradientVariant>;

/**
 * Returns a function that defines the mistakes of a family. They have the given step and formula, unless they set their
 * own.
 */
export const gradientMistakes = mistakesAt<GradientMistake>;

/** Computes a matrix of the same shape, cell by cell. */
export function cells(like: Matrix, cell: (at: number, row: number, col: number) => number): Matrix {
  const { rows, cols } = like;
  return createMatrix(rows, cols, (row, col) => cell(row * cols + col, row, col));
}

/** Uses the same n×m numbers for dQ, dK and dB. */
export const ofBoth = (matrix: Matrix): Changes => ({
  pairs: { query: matrix, key: matrix },
  ofBias: matrix,
});

/** Computes δ = Σ dO∘O from the right output of the forward pass. */
export const dotsOfOutput = ({ first, count }: BackwardRows, head: ReplayedHead): Float64Array =>
  Float64Array.from({ length: count }, (_, row) =>
    dotRows(head.gradient, first + row, head.outputs, first + row),
  );

/** Returns the heads that kernels read by mistake in place of each one: of this batch, or the same one of another. */
export const otherHeads = ({ heads, batches, batch }: GradientSearchContext) => [
  ...takenFromOthers(heads).map(({ parameters, of }) => ({
    parameters,
    of: ({ index }: ReplayedHead) => of(index),
  })),
  ...batches.flatMap(({ context }, other) =>
    other === batch
      ? []
      : [{ parameters: { batch: other }, of: ({ index }: ReplayedHead) => context().heads[index] }],
  ),
];

/** Computes weights from the scores of some rows. They are 0 if a score is −∞. */
export const weightsFrom = (
  { scores }: Pick<BackwardRows, "scores">,
  power: (score: number, row: number) => number,
): Matrix =>
  cells(scores, (at, row) => {
    const score = scores.data[at];
    return score === Number.NEGATIVE_INFINITY ? 0 : power(score, row);
  });
