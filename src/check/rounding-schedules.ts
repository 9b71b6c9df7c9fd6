import { type Matrix, mapCells } from "../math/matrix.js";
import { EXACT_DECIMALS, isWrittenAs } from "../math/written.js";
import { exponentials } from "../ops/softmax.js";
import { rowSums } from "../ops/sums.js";
import { keyOf, type Trace } from "../trace/trace.js";
import { type Answer, type Sheet, significantIn, usualDecimals } from "./answers.js";
import {
  cutAll,
  cutAllSignificant,
  type RoundAll,
  roundAll,
  roundAllHalfEven,
  roundAllSignificant,
} from "./rounding.js";
import {
  createSolution,
  type Finish,
  recordedNumbers,
  type Solution,
  type Sources,
  shareBefore,
  shareUnaltered,
  sourcesOf,
} from "./solution.js";

/** How a person may have rounded on the way. */
export type Schedule = Finish;

/** A solution worked through in every way in which a person may have rounded. */
export interface RoundedSolutions {
  /** Each step rounded as the schedules of `listSchedules` say: the first not at all. */
  readonly worked: readonly Solution[];
  /** The same, each step from the person's own earlier answers where there are any. */
  readonly own: readonly Solution[];
  /** With digits cut off at every step. */
  readonly cut: Solution;
}

/** Works a solution through, as it was recorded, in the ways of a sheet. */
export function workThrough(trace: Trace, sheet: Sheet): RoundedSolutions {
  return workWith(sourcesOf(trace), sheet, { worked: [recordedNumbers(trace)] });
}

/** The same of an altered solution. What it has in common with the solutions of another one is not done again. */
export function workAgain(altered: Trace, sheet: Sheet, base: RoundedSolutions): RoundedSolutions {
  return workWith(sourcesOf(altered), sheet, base);
}

function workWith(sources: Sources, sheet: Sheet, base: Partial<RoundedSolutions>): RoundedSolutions {
  const schedules = listSchedules(sheet);
  const unaltered = (numbers?: Solution) => (numbers ? [shareUnaltered(sources, numbers)] : []);
  const isSettled = (key: string) => sheet.get(key)?.isSettled ?? false;
  const settled = (numbers?: Solution) => (numbers ? [shareUnaltered(sources, numbers, isSettled)] : []);
  const worked = schedules.map((schedule, way) =>
    createSolution(sources, schedule, unaltered(base.worked?.[way])),
  );
  return {
    worked,
    own: schedules
      .slice(0, OWN_SCHEDULES)
      .map((schedule, way) =>
        createSolution(sources, withSheet(sheet, schedule), [
          ...settled(base.own?.[way]),
          shareBefore(sheet, worked[way]),
        ]),
      ),
    cut: createSolution(sources, roundingFor(sheet, 0, CUT), unaltered(base.cut)),
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

const SOFTMAX_PARTS = [exponentials.name, rowSums.name];

/** The ways to round that people use, the likeliest first; each step as precisely as the sheet has it. */
function listSchedules(sheet: Sheet): readonly Schedule[] {
  const rounded = (more: number, how: Rule) => roundingFor(sheet, more, how);
  const usual = rounded(0, ROUNDED);
  const exactPowers: Schedule = (matrix, step) =>
    SOFTMAX_PARTS.includes(step.op.name) ? matrix : usual(matrix, step);
  const onlyWeights: Schedule = (matrix, step) =>
    step.view === "distribution" ? usual(matrix, step) : matrix;
  return [
    ...[unrounded, usual, exactPowers, onlyWeights, rounded(0, HALVES_TO_EVEN)],
    // More digits are kept than are shown.
    ...[rounded(1, ROUNDED), rounded(2, ROUNDED)],
  ];
}

/** How numbers are rounded to decimals, and to significant digits. */
interface Rule {
  readonly decimals: RoundAll;
  readonly digits: RoundAll;
}

const ROUNDED: Rule = { decimals: roundAll, digits: roundAllSignificant };
const HALVES_TO_EVEN: Rule = { decimals: roundAllHalfEven, digits: roundAllSignificant };
/** Digits cut off at every step before the next. */
const CUT: Rule = { decimals: cutAll, digits: cutAllSignificant };

/** Every step rounded as precisely as the sheet has it, or so many digits more. */
function roundingFor(sheet: Sheet, more: number, { decimals, digits }: Rule): Schedule {
  const significant = significantIn(sheet);
  if (significant !== undefined && significant >= EXACT_DECIMALS) return unrounded;
  if (significant !== undefined)
    return (matrix) => ({ ...matrix, data: digits(matrix.data, significant + more) });
  const usual = usualDecimals(sheet);
  return (matrix, step) => {
    const shown = sheet.get(keyOf(step))?.decimals || usual;
    return { ...matrix, data: decimals(matrix.data, shown + more) };
  };
}
