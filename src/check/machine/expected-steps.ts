import { hasRole } from "../../attention/steps.js";
import { sumOver } from "../../math/lists.js";
import { type Matrix, rowOf } from "../../math/matrix.js";
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

/** Returns the expected product x·W + b with its variance, which includes the errors of x. x is n×k, W is k×m. */
export function expectedProduct(
  want: Matrix,
  x: Expected | Matrix,
  w: (k: number, col: number) => number,
): Expected {
  const numbers = "want" in x ? x.want : x;
  const { rows, cols } = want;
  return {
    want,
    variance(rounding) {
      const before =
        "want" in x
          ? x.variance(rounding).map((own, at) => own + roundedOnTheWay(rounding, numbers.data[at]))
          : undefined;
      const short = rounding.compute === "tf32" || rounding.roundsInputs ? shortUnit(rounding) : 0;
      const sums = (SUM_OF_PRODUCTS * unitOfSums(rounding.compute)) ** 2;
      const squaresOfX = numbers.data.map((value) => value ** 2);
      const norms = rowNorms(numbers);
      const variance = new Float64Array(rows * cols);
      for (let col = 0; col < cols; col++) {
        const squares = Float64Array.from({ length: numbers.cols }, (_, k) => w(k, col) ** 2);
        const size = sumOver(squares);
        for (let row = 0; row < rows; row++) {
          const [at, start] = [row * cols + col, row * numbers.cols];
          variance[at] =
            sums * norms[row] ** 2 * size +
            (before ? weightedSum(before, start, squares) : 0) +
            2 * uniformVariance(short) * weightedSum(squaresOfX, start, squares) +
            varianceOfStoring(FLOAT_TYPES[rounding.stored], want.data[at]);
        }
      }
      return variance;
    },
  };
}

/** Returns the sum of the values from an index on, each times its weight. */
function weightedSum(values: Float64Array, start: number, weights: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += values[start + k] * weights[k];
  return sum;
}

const shortUnit = ({ compute }: RoundingModel) => (isShort(compute) ? FLOAT_TYPES[compute].unit : 0);

/** Returns the variance from rounding a number to the short type before it is passed to the next kernel. */
const roundedOnTheWay = (rounding: RoundingModel, value: number): number =>
  uniformVariance(shortUnit(rounding)) * value ** 2;

/**
 * Returns a wide estimate for a step without a formula: four units of each number, and one unit of the root mean square
 * of all.
 */
export function expectedAnywhere(want: Matrix): Expected {
  const finite = want.data.filter(Number.isFinite);
  const mean = sumOver(finite, (value) => value ** 2) / Math.max(1, finite.length);
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
