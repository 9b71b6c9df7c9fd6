import type { FloatName } from "./float-names.js";
import { FLOAT_TYPES, type FloatType } from "./float-types.js";
import type { Precision } from "./precision.js";
import type { MadeRow, RowOfErrors } from "./rows.js";

// The expected variance of rounding errors, from how a machine computes. docs/precision.md derives the formulas.

/** How a machine is assumed to round. */
export interface RoundingModel {
  /** The type that weights are rounded to before the product with the values. */
  readonly compute: FloatName;
  /** The type that the result is stored in. */
  readonly stored: FloatName;
  /** Scores, or queries before them, are also rounded to the short type. */
  readonly roundsScores: boolean;
  /** Queries, keys and values are rounded to the short type first. */
  readonly roundsInputs: boolean;
  /** The accumulator of the weighted sum is also in the short type, so it is rounded after every term. */
  readonly sumsShort?: boolean;
  /** If queries, keys and values are products: the number of columns of the vectors that are projected. */
  readonly projectedFrom?: number | undefined;
}

/** Whether a type is a short one: factors of products are rounded to it, and sums are kept in float32. */
export const isShort = (name: FloatName): boolean =>
  name === "tf32" || name === "float16" || name === "bfloat16";

/** Returns how a machine of this precision is assumed to round if nothing else is known. It may round its scores. */
export const strictRounding = ({
  compute,
  stored,
  roundsInputs,
  projectedFrom,
}: Precision): RoundingModel => ({
  compute,
  stored,
  roundsInputs,
  roundsScores: isShort(compute),
  projectedFrom,
});

/** The unit roundoff of the accumulator: twice float64's for float64, else float32's. */
export const unitOfSums = (compute: FloatName): number =>
  compute === "float64" ? 2 * FLOAT_TYPES.float64.unit : FLOAT_TYPES.float32.unit;

/** The variance of an error that is uniform within ±`unit`. */
export const uniformVariance = (unit: number) => unit ** 2 / 3;

/**
 * The variance of rounding to float16's smallest numbers. They are multiples of 2^−24, and rounding to a step s has the
 * variance s²/12.
 */
export const FLOOR_OF_FLOAT16 = 2 ** -48 / 12;

/** The least normal number of float32. Machines may flush smaller numbers to 0. */
export const MIN_NORMAL = 2 ** -126;

/** Returns the variance of the error of a weight that is too small for a type. */
function floorOf(compute: FloatName): number {
  if (compute === "float64") return 0;
  return compute === "float16" ? FLOOR_OF_FLOAT16 : MIN_NORMAL ** 2;
}

/** Returns the variance of the error from storing a number in a type. */
export const varianceOfStoring = (stored: FloatType, value: number): number =>
  uniformVariance(stored.unit) * value ** 2 + floorOfStoring({ stored: stored.name });

/** The variance from storing a number that is too small for a type. */
export const floorOfStoring = ({ stored }: Pick<RoundingModel, "stored">): number =>
  stored === "float16" ? FLOOR_OF_FLOAT16 : 0;

/**
 * The variance of an output is a sum of four terms and a constant: Σ α² v², the squared output, Σ α² (v − o)² and the
 * mean of v² over the keys, each times a factor that is the same for all columns.
 */
export type Factors = Readonly<Record<"squares" | "output" | "spread" | "meanSquare", number>>;

export function factorsOfRow(
  row: Omit<RowOfErrors, "output" | "squares" | "spread">,
  rounding: RoundingModel,
  headSize: number,
): Factors {
  const { compute, roundsInputs, sumsShort = false } = rounding;
  const short = isShort(compute)
    ? uniformVariance(FLOAT_TYPES[compute].unit) * (compute === "tf32" ? 2 : 1)
    : 0;
  // Weights are rounded. Values are rounded too, if the inputs were not of the short type.
  const droppings = row.isDropped && rounding.roundsScores ? 1 : 0;
  const ofWeights = short * ((roundsInputs ? 2 : 1) + droppings) + ofProjection(rounding);
  const sums = uniformVariance(unitOfSums(compute)) * row.keys;
  const shortSums = sumsShort ? short * row.keys : 0;
  return {
    squares: ofWeights + sums / 2 + shortSums,
    output: uniformVariance(FLOAT_TYPES[rounding.stored].unit) + (sums + shortSums) / 3,
    spread: varianceOfScores(row, rounding, headSize),
    meanSquare: (floorOf(compute) * row.keys) / row.sum ** 2,
  };
}

/**
 * Returns the variance of each output of a row. Faint weights that a sum near 1 loses are not included: see
 * `varianceOfFaint`.
 */
export function varianceOfRow(
  row: RowOfErrors,
  meanSquares: Float64Array,
  rounding: RoundingModel,
  headSize: number,
  into: Float64Array = new Float64Array(row.output.length),
): Float64Array {
  const factors = factorsOfRow(row, rounding, headSize);
  const { output, squares, spread } = row;
  const ofStoring = floorOfStoring(rounding);
  for (let c = 0; c < output.length; c++) {
    into[c] =
      factors.squares * squares[c] +
      factors.output * output[c] * output[c] +
      factors.spread * spread[c] +
      (factors.meanSquare && factors.meanSquare * meanSquares[c]) +
      ofStoring;
  }
  return into;
}

/** Returns the relative variance of a value that is a sum of `projectedFrom` products. */
function ofProjection({ compute, projectedFrom = 0 }: RoundingModel): number {
  return (SUM_OF_PRODUCTS * unitOfSums(compute)) ** 2 * projectedFrom;
}

/** The root mean square error of a sum of products a·b, in units of u·‖a‖·‖b‖. */
export const SUM_OF_PRODUCTS = 0.41;

/** Returns the variance from faint weights, which a float32 sum near 1 may lose. */
export const varianceOfFaint = (faint: number, meanSquare: number): number => faint ** 2 * meanSquare;

/**
 * Returns the variance of the scores of a row. A sum of d products in float32 has an error of about 0.41 units of
 * ‖q‖·‖k‖. Later operations on the sum add √d/3 + 2 units of the score.
 */
export function varianceOfScores(
  { score, norms }: Pick<MadeRow, "score" | "norms">,
  { compute, roundsScores, roundsInputs, projectedFrom = 0 }: RoundingModel,
  headSize: number,
): number {
  const products = SUM_OF_PRODUCTS * norms * Math.sqrt(1 + (2 * projectedFrom) / headSize);
  const sums = unitOfSums(compute) * (products + (Math.sqrt(headSize) / 3 + 2) * score);
  if (!isShort(compute) || !(roundsScores || roundsInputs || compute === "tf32")) return sums ** 2;
  const exponent = 3 * FLOAT_TYPES[compute].unit * (score + (2 * norms) / Math.sqrt(headSize));
  const short = Math.expm1(Math.min(MAX_EXPONENT, exponent)) / 3;
  return sums ** 2 + uniformVariance(short);
}

/** The maximum exponent, so that e^x does not overflow. Beyond it the error is unlimited anyway. */
export const MAX_EXPONENT = 50;

/** Returns the variance of the log-sum-exp of a row. */
export function varianceOfLogSumExp(
  row: Pick<MadeRow, "logSumExp" | "score" | "norms" | "concentration" | "keys">,
  rounding: RoundingModel,
  headSize: number,
): number {
  const { compute, stored, roundsScores, roundsInputs } = rounding;
  const value = row.logSumExp;
  const short = isShort(compute) && (roundsScores || roundsInputs || compute === "tf32");
  return (
    varianceOfScores(row, rounding, headSize) +
    (FLOAT_TYPES[stored].unit * value) ** 2 +
    (short ? uniformVariance(FLOAT_TYPES[compute].unit) * row.concentration : 0) +
    uniformVariance(unitOfSums(compute)) * (row.keys + value ** 2)
  );
}
