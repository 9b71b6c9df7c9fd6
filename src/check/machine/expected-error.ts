import type { FloatName } from "./float-names.js";
import { FLOAT_TYPES, type FloatType } from "./float-types.js";
import type { Precision } from "./precision.js";
import type { RowOfErrors } from "./rows.js";
import type { RowStatistics } from "./statistics.js";

// The standard deviation that rounding errors may be expected to have, from how a machine works: docs/precision.md derives it.

/** How a machine is taken to work. */
export interface Working {
  /** What weights are rounded to before they meet the values. */
  readonly compute: FloatName;
  /** What the result is kept in. */
  readonly stored: FloatName;
  /** Scores, or queries before them, are rounded to the short type too. */
  readonly roundsScores: boolean;
  /** Query, key and value are rounded to the short type before they are used. */
  readonly roundsInputs: boolean;
  /** Sums of values are kept in the short type, and rounded again and again. */
  readonly sumsShort?: boolean;
  /** Query, key and value are products themselves: of vectors with so many columns. */
  readonly projectedFrom?: number;
}

/** Types that are multiplied in, and whose sums are kept in float32. */
export const isShort = (name: FloatName): boolean =>
  name === "tf32" || name === "float16" || name === "bfloat16";

/** How a machine that claims a precision is taken to work when nothing else is known: it may round its scores. */
export const strictWorking = ({ compute, stored, roundsInputs, projectedFrom }: Precision): Working => ({
  compute,
  stored,
  roundsInputs,
  roundsScores: isShort(compute),
  ...(projectedFrom !== undefined && { projectedFrom }),
});

/** The unit roundoff of sums: float32's, but of work in float64. */
export const unitOfSums = (compute: FloatName): number =>
  compute === "float64" ? 2 * FLOAT_TYPES.float64.unit : FLOAT_TYPES.float32.unit;

/** The mean square of an error that lies anywhere within one unit. */
export const third = (unit: number) => unit ** 2 / 3;

/** Float16's smallest numbers are multiples of 2^−24, and rounding to a step has a twelfth of its square as mean square. */
const FLOOR_OF_FLOAT16 = 2 ** -48 / 12;

/** Below the least normal number of float32, machines may have 0. */
export const LEAST_NORMAL = 2 ** -126;

/** The mean square of the error of a weight that is too small for a type. */
function floorOf(compute: FloatName): number {
  if (compute === "float64") return 0;
  return compute === "float16" ? FLOOR_OF_FLOAT16 : LEAST_NORMAL ** 2;
}

/** The mean square of the error that keeping a number in a type makes. */
export const varianceOfStoring = (stored: FloatType, value: number): number =>
  third(stored.unit) * value ** 2 + floorOfStoring(stored);

const floorOfStoring = ({ name }: FloatType) => (name === "float16" ? FLOOR_OF_FLOAT16 : 0);

/** The mean square of the error of each output of a row; of what sums near 1 lose of faint weights, see `varianceOfFaint`. */
export function varianceOfRow(
  row: RowOfErrors,
  meanSquares: Float64Array,
  working: Working,
  headSize: number,
  into = new Float64Array(row.output.length),
): Float64Array {
  const { compute, roundsInputs, sumsShort = false } = working;
  const stored = FLOAT_TYPES[working.stored];
  const short = isShort(compute) ? third(FLOAT_TYPES[compute].unit) * (compute === "tf32" ? 2 : 1) : 0;
  // Weights are rounded, and values too where they were not of that type before.
  const droppings = row.isDropped && working.roundsScores ? 1 : 0;
  const ofWeights = short * ((roundsInputs ? 2 : 1) + droppings) + ofProjection(working);
  const ofScores = varianceOfScores(row, working, headSize);
  const sums = third(unitOfSums(compute)) * row.keys;
  const shortSums = sumsShort ? short * row.keys : 0;
  const floor = (floorOf(compute) * row.keys) / row.sum ** 2;
  const { output, squares, spread } = row;
  // What each square is multiplied with is the same in all columns.
  const ofSquares = ofWeights + sums / 2 + shortSums;
  const ofOutput = third(stored.unit) + (sums + shortSums) / 3;
  const ofStoring = floorOfStoring(stored);
  for (let c = 0; c < output.length; c++) {
    into[c] =
      ofSquares * squares[c] +
      ofOutput * output[c] * output[c] +
      ofScores * spread[c] +
      (floor && floor * meanSquares[c]) +
      ofStoring;
  }
  return into;
}

/** The relative mean square error of a value that is the sum of so many products. */
function ofProjection({ compute, projectedFrom = 0 }: Working): number {
  return (SUM_OF_PRODUCTS * unitOfSums(compute)) ** 2 * projectedFrom;
}

/** By so many units of ‖a‖·‖b‖ a sum of products errs in the mean. */
export const SUM_OF_PRODUCTS = 0.41;

/** What weights that hardly weigh come to, where a sum near 1 loses them. */
export const varianceOfFaint = (faint: number, meanSquare: number): number => faint ** 2 * meanSquare;

/**
 * The mean square of the error of the scores of a row. The sum of d products in float32 errs by about 0.41 units of ‖q‖·‖k‖,
 * what is done to the sum later by √d/3 + 2 units of the score.
 */
export function varianceOfScores(
  { score, norms }: Pick<RowStatistics, "score" | "norms">,
  { compute, roundsScores, roundsInputs, projectedFrom = 0 }: Working,
  headSize: number,
): number {
  const products = SUM_OF_PRODUCTS * norms * Math.sqrt(1 + (2 * projectedFrom) / headSize);
  const sums = unitOfSums(compute) * (products + (Math.sqrt(headSize) / 3 + 2) * score);
  if (!isShort(compute) || !(roundsScores || roundsInputs || compute === "tf32")) return sums ** 2;
  const exponent = 3 * FLOAT_TYPES[compute].unit * (score + (2 * norms) / Math.sqrt(headSize));
  const short = Math.expm1(Math.min(MOST_EXPONENT, exponent)) / 3;
  return sums ** 2 + third(short);
}

/** Beyond it anything goes. */
const MOST_EXPONENT = 50;

/** The mean square of the error of the log-sum-exp of a row. */
export function varianceOfLogSumExp(row: RowStatistics, working: Working, headSize: number): number {
  const { compute, stored, roundsScores, roundsInputs } = working;
  const value = row.logSumExp;
  const short = isShort(compute) && (roundsScores || roundsInputs || compute === "tf32");
  return (
    varianceOfScores(row, working, headSize) +
    (FLOAT_TYPES[stored].unit * value) ** 2 +
    (short ? third(FLOAT_TYPES[compute].unit) * row.concentration : 0) +
    third(unitOfSums(compute)) * (row.keys + value ** 2)
  );
}
