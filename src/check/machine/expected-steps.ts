import { hasRole } from "../../attention/steps.js";
import { squaresOf } from "../../math/lists.js";
import { type Matrix, mapCells, rowOf } from "../../math/matrix.js";
import { multiplyTransposed } from "../../math/product.js";
import type { Step } from "../../trace/trace.js";
import {
  isShort,
  MIN_NORMAL,
  type RoundingModel,
  SUM_OF_PRODUCTS,
  uniformVariance,
  unitOfSums,
  varianceOfScores,
  varianceOfStoring,
} from "./expected-error.js";
import { FLOAT_TYPES } from "./float-types.js";
import type { Expected } from "./judge-output.js";
import { rowNorms, scoresOfRow } from "./row-scores.js";
import type { Task } from "./task.js";

// Expected rounding errors of the steps before the output, and of the projection after it.

/** Returns the expected scores or weights of an attention, n×m, with their variance. */
export function expectedPairs(task: Task, step: Step): Expected {
  const want = step.output();
  const isWeights = hasRole(step, "weights");
  const factor = step.id === "scores" ? 1 : Math.abs(task.scale);
  return {
    want,
    variance(rounding) {
      const stored = FLOAT_TYPES[rounding.stored];
      const variance = new Float64Array(want.data.length);
      const keys = rowNorms(task.key);
      const headSize = task.query.cols;
      for (let row = 0; row < want.rows; row++) {
        const norm = factor * rowNorms(task.query)[row];
        const scores = isWeights ? scoresOfRow(task, row) : rowOf(want, row);
        for (let j = 0; j < want.cols; j++) {
          const at = row * want.cols + j;
          const score = Number.isFinite(scores[j]) ? Math.abs(scores[j]) : 0;
          const ofScore = varianceOfScores({ score, norms: norm * keys[j] }, rounding, headSize);
          const kept = varianceOfStoring(stored, Number.isFinite(want.data[at]) ? want.data[at] : 0);
          // The sum of a row contains the errors of all its scores, so the variance is doubled.
          const cellVariance = isWeights ? 2 * ofScore * want.data[at] ** 2 + MIN_NORMAL ** 2 : ofScore;
          variance[at] = cellVariance + kept;
        }
      }
      return variance;
    },
  };
}

/** Returns the expected product x·Wᵀ + b with its variance, which includes the errors of x. x is n×k, W is m×k. */
export function expectedProduct(want: Matrix, x: Expected | Matrix, weights: Matrix): Expected {
  const numbers = "want" in x ? x.want : x;
  return {
    want,
    variance(rounding) {
      const ofShort = uniformVariance(shortUnit(rounding));
      // A number of an earlier kernel was rounded when it was passed on.
      const before =
        "want" in x
          ? x.variance(rounding).map((own, at) => own + ofShort * numbers.data[at] ** 2)
          : undefined;
      const isRounded = rounding.compute === "tf32" || rounding.roundsInputs;
      const made = varianceOfProduct(
        numbers,
        before,
        weights,
        isRounded ? 2 * ofShort : 0,
        unitOfSums(rounding.compute),
      );
      return made.map((own, at) => own + varianceOfStoring(FLOAT_TYPES[rounding.stored], want.data[at]));
    },
  };
}

/**
 * Returns the variance of X·Wᵀ, n×m, from the variance of X, the relative variance of its numbers and of those of W, and
 * the unit roundoff of the sums.
 */
export function varianceOfProduct(
  x: Matrix,
  before: Float64Array | undefined,
  weights: Matrix,
  relative: number,
  sums: number,
): Float64Array {
  const errors = x.data.map((value, at) => (before?.[at] ?? 0) + relative * value * value);
  const [rows, columns] = [rowNorms(x), rowNorms(weights)];
  return mapCells(
    multiplyTransposed({ ...x, data: errors }, squared(weights)),
    (own, row, col) => own + (SUM_OF_PRODUCTS * sums * rows[row] * columns[col]) ** 2,
  ).data;
}

/** Squares every cell. */
export const squared = (matrix: Matrix): Matrix => mapCells(matrix, (value) => value * value);

const shortUnit = ({ compute }: RoundingModel) => (isShort(compute) ? FLOAT_TYPES[compute].unit : 0);

/**
 * Returns a wide estimate for a step without a formula: four units of each number, and one unit of the root mean square
 * of all.
 */
export function expectedAnywhere(want: Matrix): Expected {
  const finite = want.data.filter(Number.isFinite);
  const mean = squaresOf(finite) / Math.max(1, finite.length);
  return {
    want,
    variance(rounding) {
      const unit = Math.max(unitOfSums(rounding.compute), shortUnit(rounding));
      const stored = FLOAT_TYPES[rounding.stored];
      return want.data.map((value) => {
        const own = Number.isFinite(value) ? value : 0;
        return unit ** 2 * (UNITS_OF_OWN ** 2 * own ** 2 + mean) + varianceOfStoring(stored, own);
      });
    },
  };
}

const UNITS_OF_OWN = 4;
