import { isBlocked } from "../../math/blocked.js";
import { type Matrix, mapCells } from "../../math/matrix.js";
import { EMPTY_ROW_WEIGHT } from "../../ops/softmax.js";
import { USUAL_TOLERANCE } from "./compare-arrays.js";
import { isShort } from "./expected-error.js";
import type { FloatName } from "./float-names.js";
import { FLOAT_TYPES, roundTo } from "./float-types.js";
import { comparedRows, type Expected } from "./judge-output.js";
import type { Precision } from "./precision.js";
import { capped, cellFor, powersOf } from "./row-scores.js";
import type { KernelTestRule } from "./rule-names.js";
import type { Target } from "./target.js";
import type { Task } from "./task.js";

// The rules by which libraries test kernels. Their verdicts are reported in addition, and do not change qkv's verdict.

/** Whether a rule accepts an answer. Returns undefined if the rule does not apply. */
export function judgeByTestRule(
  rule: KernelTestRule,
  target: Target,
  { compute, stored }: Precision,
): boolean | undefined {
  return rule === "torch" ? isCloseForTorch(target, stored) : isCloseForFlash(target, { compute, stored });
}

function isCloseForTorch({ got, expected: { want } }: Target, stored: FloatName): boolean {
  const { rtol, atol } = USUAL_TOLERANCE[stored === "tf32" ? "float32" : stored];
  return got.data.every((value, at) => {
    const right = want.data[at];
    // If the right number is ∞, any number would be within rtol·∞.
    return (
      value === right || (Number.isFinite(right) && Math.abs(value - right) <= atol + rtol * Math.abs(right))
    );
  });
}

/**
 * Whether the worst cell is at most twice as far off as that of plain attention in the same type, as in
 * flash-attention's tests.
 */
function isCloseForFlash(
  { got, expected, of }: Target,
  types: Pick<Precision, "compute" | "stored">,
): boolean | undefined {
  if (of?.what !== "output") return undefined;
  const { want } = expected;
  const plain = attendPlainly(of.task, types, expected);
  return mostOff(got, want) <= 2 * mostOff(plain, want);
}

const mostOff = (got: Matrix, want: Matrix): number =>
  got.data.reduce((most, value, at) => {
    const off = Object.is(value, want.data[at]) ? 0 : Math.abs(value - want.data[at]);
    return Number.isNaN(off) ? Number.POSITIVE_INFINITY : Math.max(most, off);
  }, 0);

/**
 * Returns the output of plain attention, n×d_v: scores, softmax and weighted sum one after the other. Accumulators are
 * float32 (float64 if `compute` is float64). Intermediate results are rounded to `compute`. Rows that are not compared
 * are copied from the right ones.
 */
function attendPlainly(
  task: Task,
  { compute, stored }: Pick<Precision, "compute" | "stored">,
  expected: Expected,
): Matrix {
  const round = (type: FloatName) => (value: number) => roundTo(FLOAT_TYPES[type], value);
  const sum = round(isShort(compute) ? "float32" : compute);
  const roundResult = round(compute);
  const [query, key, value] = [task.query, task.key, task.value].map((one) => mapCells(one, roundResult));
  const { bias, blocked } = task;
  const made = { ...expected.want, data: expected.want.data.slice() };
  for (const row of comparedRows(expected, expected.want)) {
    const scores = Float64Array.from({ length: key.rows }, (_, j) => {
      if (blocked && isBlocked(blocked, row, j)) return Number.NEGATIVE_INFINITY;
      let product = 0;
      for (let c = 0; c < query.cols; c++) {
        product = sum(product + query.data[row * query.cols + c] * key.data[j * key.cols + c]);
      }
      const score = roundResult(capped(task, roundResult(roundResult(product) * task.scale)));
      return bias ? roundResult(score + cellFor(bias, row, j)) : score;
    });
    const { powers, sum: total } = powersOf(scores);
    const ofEmpty = EMPTY_ROW_WEIGHT[task.emptyRow](key.rows);
    const weights = powers.map((power) => (total === 0 ? ofEmpty : roundResult(power / total)));
    for (let c = 0; c < value.cols; c++) {
      const output = weights.reduce((so, weight, j) => sum(so + weight * value.data[j * value.cols + c]), 0);
      made.data[row * value.cols + c] = roundTo(FLOAT_TYPES[stored], output);
    }
  }
  return made;
}
