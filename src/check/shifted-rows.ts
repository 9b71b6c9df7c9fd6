import { hasRole } from "../attention/steps.js";
import { sumOver, tabulate } from "../math/lists.js";
import { type Matrix, mapCells, rowOf } from "../math/matrix.js";
import { call, constant, negative, sum } from "../trace/expression.js";
import type { Step } from "../trace/trace.js";
import type { Answer } from "./answers.js";
import { type Alteration, alterStep, alterSteps, changeInputs, changeOutput } from "./mistakes/alter.js";
import { type Altered, type AtStep, type Homework, markFitted, type RightWay } from "./mistakes/mistake.js";
import { wholeSteps } from "./whole-steps.js";

// A constant may be subtracted from every row of the scores, because the weights stay the same.

/** Returns the constant that is subtracted from a row of scores. */
type Shift = (scores: Matrix, row: number) => number;

const finite = (numbers: Float64Array) => numbers.filter(Number.isFinite);
const largest = (numbers: Float64Array) => Math.max(...finite(numbers));
const mean = (numbers: Float64Array) => sumOver(finite(numbers)) / finite(numbers).length;

const byLargestOfAll: Shift = (scores) => largest(scores.data);

/**
 * The constants that people subtract: the largest score of the row or of all rows, the mean of the row, or its first
 * score.
 */
const KNOWN_SHIFTS: readonly Shift[] = [
  (scores, row) => largest(rowOf(scores, row)),
  byLargestOfAll,
  (scores, row) => mean(rowOf(scores, row)),
  (scores, row) => rowOf(scores, row)[0],
];

/** Finds the constant that explains the written cells of a row, which are scores or their powers. */
const fittedShift =
  ({ step, cells, tolerances }: Answer): Shift =>
  (scores, row) => {
    const scoreOf = (x: number) => (arePowers(step.role) ? Math.log(Math.max(x, 0)) : x);
    let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const [col, score] of rowOf(scores, row).entries()) {
      const index = row * scores.cols + col;
      const value = cells[index]?.value ?? Number.NaN;
      const [least, most] = [1, -1].map((sign) => score - scoreOf(value + sign * tolerances[index]));
      if (Number.isFinite(least)) [from, to] = [Math.max(from, least), Math.min(to, most)];
    }
    return Number.isFinite(to) ? (from + to) / 2 : from;
  };

/** Subtracts a constant from every row of scores, or from the exponents of powers. */
function shifted(step: Step, shift: Shift): Alteration {
  const shiftsOf = (scores: Matrix) =>
    tabulate(scores.rows, (row) => {
      const by = shift(scores, row);
      return Number.isFinite(by) ? by : 0;
    });
  const takeOff = (scores: Matrix) => {
    const by = shiftsOf(scores);
    return mapCells(scores, (score, row) => score - by[row]);
  };
  if (!arePowers(step.role)) return changeOutput(step, takeOff);
  return {
    ...changeInputs(step, (inputs) => inputs.map(takeOff)),
    explainCells:
      ([scores]) =>
      (row, col) => {
        const value = scores.data[row * scores.cols + col];
        const score = { kind: "cell", input: 0, row, col, value } as const;
        const by = shiftsOf(scores)[row];
        return call("exp", by === 0 ? score : sum([score, negative(constant(by))]));
      },
  };
}

/** Returns the solutions in which a constant is subtracted in the step of an answer: a known one, or one that fits. */
const shiftedAt = ({ trace }: Homework, { answer }: AtStep, known: readonly Shift[]): readonly Altered[] => {
  const { key } = answer;
  const shiftedBy = (shift: Shift) =>
    alterSteps(trace, (step) => (step.key === key ? shifted(step, shift) : undefined));
  // A fitted constant moves nearly any few scores to whole numbers, so it would prove nothing.
  const isTooCoarse = answer.decimals === 0 && !wholeSteps(trace)(key);
  const fitted = isTooCoarse ? [] : markFitted(shiftedBy(fittedShift(answer)));
  return [...known.flatMap(shiftedBy), ...fitted];
};

const arePowers = (role: unknown) => role === "exponentials";

export const SHIFT_WAYS: readonly RightWay[] = [
  {
    id: "row-constant",
    text: "A constant was added to rows of the scores, which does not change the softmax.",
    apply: () => [],
    applyAt: (homework, at) =>
      hasRole(at.answer.step, "scores", "scaled-scores", "biased-scores", "masked-scores")
        ? shiftedAt(homework, at, KNOWN_SHIFTS)
        : [],
  },
  {
    id: "exponentials-shifted",
    text: "e^x was computed from scores minus a constant per row, which gives the same weights.",
    // If the person did not write the shifted scores, the shift is visible in their powers. Powers less the largest score
    // of all rows are tiny in some of them: if they are not written either, their rounding would excuse any weights.
    apply: ({ trace }) =>
      KNOWN_SHIFTS.filter((shift) => shift !== byLargestOfAll).flatMap((shift) =>
        alterStep(trace, "exponentials", (step) => shifted(step, shift)),
      ),
    applyAt: (homework, at) => (arePowers(at.answer.step.role) ? shiftedAt(homework, at, []) : []),
  },
];
