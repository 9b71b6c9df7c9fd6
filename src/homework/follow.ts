import { type Matrix, mapCells } from "../math/matrix.js";
import { EXACT_DECIMALS, isWrittenAs } from "../math/written.js";
import { keyOf, type Step, type Trace } from "../trace/trace.js";
import { type Answer, type Sheet, usualDecimals } from "./answers.js";
import {
  createNumbers,
  type Finish,
  type Numbers,
  recordedNumbers,
  type Sources,
  shareBefore,
  shareUnaltered,
  sourcesOf,
} from "./numbers.js";
import { cutAll, type RoundAll, roundAll, roundAllHalfEven } from "./rounding.js";

/** How a person may have rounded on the way. */
export type Schedule = Finish;

/** A solution worked through in every way in which a person may have rounded. */
export interface Workings {
  /** Each step rounded as the schedules of `listSchedules` say: the first not at all. */
  readonly worked: readonly Numbers[];
  /** The same, each step from the person's own earlier answers where there are any. */
  readonly own: readonly Numbers[];
  /** With digits cut off at every step. */
  readonly cut: Numbers;
}

/** Works a solution through, as it was recorded, in the ways of a sheet. */
export function workThrough(trace: Trace, sheet: Sheet): Workings {
  return workWith(sourcesOf(trace), sheet, { worked: [recordedNumbers(trace)] });
}

/** The same of an altered solution. What it has in common with the workings of another one is not done again. */
export function workAgain(altered: Trace, sheet: Sheet, base: Workings): Workings {
  return workWith(sourcesOf(altered), sheet, base);
}

function workWith(sources: Sources, sheet: Sheet, base: Partial<Workings>): Workings {
  const schedules = listSchedules(sheet);
  const unaltered = (numbers?: Numbers) => (numbers ? [shareUnaltered(sources, numbers)] : []);
  const isSettled = (key: string) => sheet.get(key)?.isSettled ?? false;
  const settled = (numbers?: Numbers) => (numbers ? [shareUnaltered(sources, numbers, isSettled)] : []);
  const worked = schedules.map((schedule, way) =>
    createNumbers(sources, schedule, unaltered(base.worked?.[way])),
  );
  return {
    worked,
    own: schedules
      .slice(0, OWN_SCHEDULES)
      .map((schedule, way) =>
        createNumbers(sources, withSheet(sheet, schedule), [
          ...settled(base.own?.[way]),
          shareBefore(sheet, worked[way]),
        ]),
      ),
    cut: createNumbers(sources, truncating(sheet), unaltered(base.cut)),
  };
}

/** Own answers are rounded already: so few schedules tell what was done between them. */
const OWN_SCHEDULES = 3;

/** Answers stand in the place of what they answer; the rest is rounded by a schedule. */
export function withSheet(sheet: Sheet, schedule: Schedule): Finish {
  return (matrix, step) => {
    const answer = sheet.get(keyOf(step));
    return answer ? withAnswers(matrix, answer) : schedule(matrix, step);
  };
}

/** A matrix with the answered cells in the place of the computed ones. */
export function withAnswers(matrix: Matrix, { cells }: Answer): Matrix {
  return mapCells(matrix, (value, row, col) => {
    const written = cells[row * matrix.cols + col];
    if (!written) return value;
    // −1e9 stands for −∞, and is taken for it.
    return value === Number.NEGATIVE_INFINITY && isWrittenAs(value, written) ? value : written.value;
  });
}

export const unrounded: Schedule = (matrix) => matrix;

const SOFTMAX_PARTS = ["exponentials", "row-sums"];

/** The ways to round that people use, the likeliest first; each step to the decimals that the sheet has for it. */
function listSchedules(sheet: Sheet): readonly Schedule[] {
  const usual = usualDecimals(sheet);
  const decimalsFor = (step: Step, more: number) => {
    const answer = sheet.get(keyOf(step));
    return answer && answer.decimals > 0 ? answer.decimals : usual + more;
  };
  const everyStep =
    (more: number, round: RoundAll): Schedule =>
    (matrix, step) =>
      roundTo(matrix, decimalsFor(step, more), round);
  const exactPowers: Schedule = (matrix, step) =>
    SOFTMAX_PARTS.includes(step.op) ? matrix : roundTo(matrix, decimalsFor(step, 0), roundAll);
  const onlyWeights: Schedule = (matrix, step) =>
    step.view === "distribution" ? roundTo(matrix, decimalsFor(step, 0), roundAll) : matrix;
  return [
    ...[unrounded, everyStep(0, roundAll), exactPowers, onlyWeights, everyStep(0, roundAllHalfEven)],
    ...[everyStep(1, roundAll), everyStep(2, roundAll)],
  ];
}

/** Digits cut off at every step before the next. */
function truncating(sheet: Sheet): Schedule {
  const usual = usualDecimals(sheet);
  return (matrix, step) => {
    const answer = sheet.get(keyOf(step));
    return roundTo(matrix, answer && answer.decimals > 0 ? answer.decimals : usual, cutAll);
  };
}

function roundTo(matrix: Matrix, decimals: number, round: RoundAll): Matrix {
  return decimals >= EXACT_DECIMALS ? matrix : { ...matrix, data: round(matrix.data, decimals) };
}
