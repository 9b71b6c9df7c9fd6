import { type Matrix, mapCells } from "../math/matrix.js";
import { remember } from "../math/remember.js";
import { EXACT_DECIMALS, isWrittenAs } from "../math/written.js";
import { exponentials } from "../ops/softmax.js";
import { rowSums } from "../ops/sums.js";
import { keyOf, type Trace } from "../trace/trace.js";
import type { Answer, Sheet } from "./answers.js";
import { isKept } from "./kept.js";
import { type Precision, precisionKey, precisionOf } from "./precision.js";
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

/** A solution worked through in every way in which a person may have rounded, whatever else was answered. */
export interface WorkedSolutions {
  /** Each step rounded as the schedules of `listSchedules` say: the first not at all. */
  readonly worked: readonly Solution[];
  /** With digits cut off at every step. */
  readonly cut: Solution;
  readonly schedules: Schedules;
}

/** The same for one person. */
export interface RoundedSolutions extends WorkedSolutions {
  /** Each step from the person's own earlier answers where there are any. */
  readonly own: readonly Solution[];
}

/** Works a solution through, as it was recorded, in the ways of a sheet. */
export function workThrough(trace: Trace, sheet: Sheet): RoundedSolutions {
  const sources = sourcesOf(trace);
  const precision = precisionOf(sheet);
  const worked = keepWorked(trace, precision, () =>
    workWith(sources, listSchedules(precision), { worked: [recordedNumbers(trace)] }),
  );
  return { ...worked, own: fromAnswers(sources, sheet, worked) };
}

/** The same of an altered solution. What it has in common with the solutions of another one is not done again. */
export function workAgain(altered: Trace, sheet: Sheet, base: RoundedSolutions): RoundedSolutions {
  const worked = workForAll(altered, base);
  return { ...worked, own: fromAnswers(sourcesOf(altered), sheet, worked, base.own) };
}

/** An altered solution, worked through in the ways of the unaltered one, whoever wrote the sheet. */
export function workForAll(altered: Trace, base: WorkedSolutions): WorkedSolutions {
  const work = () => workWith(sourcesOf(altered), base.schedules, base);
  if (!isKept(altered)) return work();
  const known = remember(againBy, base.worked, () => new WeakMap<Trace, WorkedSolutions>());
  return remember(known, altered, work);
}

/** So many precisions are kept at a time; nearly all of a class write to the same one. */
const MOST_PRECISIONS_KEPT = 4;
const throughBy = new WeakMap<Trace, Map<string, WorkedSolutions>>();
const againBy = new WeakMap<readonly Solution[], WeakMap<Trace, WorkedSolutions>>();

/** A solution as it is worked through so precisely: the one that was made before, where there is one. */
function keepWorked(trace: Trace, precision: Precision, make: () => WorkedSolutions): WorkedSolutions {
  if (!isKept(trace)) return make();
  const known = remember(throughBy, trace, () => new Map<string, WorkedSolutions>());
  const key = precisionKey(precision);
  const worked = known.get(key) ?? make();
  // What was used last stands last, and the first goes.
  known.delete(key);
  known.set(key, worked);
  for (const oldest of [...known.keys()].slice(0, -MOST_PRECISIONS_KEPT)) known.delete(oldest);
  return worked;
}

function workWith(sources: Sources, schedules: Schedules, base: Partial<WorkedSolutions>): WorkedSolutions {
  const { worked = [], cut } = base;
  const shared = worked.length > 0 ? shareUnaltered(sources, [...worked, ...(cut ? [cut] : [])]) : [];
  const unaltered = (way: number) => shared.slice(way, way + 1);
  return {
    worked: schedules.ways.map((schedule, way) => createSolution(sources, schedule, unaltered(way))),
    cut: createSolution(sources, schedules.cut, unaltered(schedules.ways.length)),
    schedules,
  };
}

function fromAnswers(
  sources: Sources,
  sheet: Sheet,
  { worked, schedules }: WorkedSolutions,
  base: readonly Solution[] = [],
): readonly Solution[] {
  const isSettled = (key: string) => sheet.get(key)?.isSettled ?? false;
  const settled = base.length > 0 ? shareUnaltered(sources, base, isSettled) : [];
  const before = shareBefore(sheet, worked.slice(0, OWN_SCHEDULES));
  return schedules.ways
    .slice(0, OWN_SCHEDULES)
    .map((schedule, way) =>
      createSolution(sources, withSheet(sheet, schedule), [...settled.slice(way, way + 1), before[way]]),
    );
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

/** The ways to round that are tried. */
interface Schedules {
  /** Those that people use, the likeliest first. */
  readonly ways: readonly Schedule[];
  readonly cut: Schedule;
}

/** Each step as precisely as the sheet has it. */
function listSchedules(precision: Precision): Schedules {
  const rounded = (more: number, how: Rule) => roundingFor(precision, more, how);
  const usual = rounded(0, ROUNDED);
  const exactPowers: Schedule = (matrix, step) =>
    SOFTMAX_PARTS.includes(step.op.name) ? matrix : usual(matrix, step);
  const onlyWeights: Schedule = (matrix, step) =>
    step.view === "distribution" ? usual(matrix, step) : matrix;
  return {
    ways: [
      unrounded,
      usual,
      exactPowers,
      onlyWeights,
      rounded(0, HALVES_TO_EVEN),
      // More digits are kept than are shown.
      rounded(1, ROUNDED),
      rounded(2, ROUNDED),
    ],
    cut: rounded(0, CUT),
  };
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
function roundingFor(
  { significant, usual, others }: Precision,
  more: number,
  { decimals, digits }: Rule,
): Schedule {
  if (significant !== undefined && significant >= EXACT_DECIMALS) return unrounded;
  if (significant !== undefined)
    return (matrix) => ({ ...matrix, data: digits(matrix.data, significant + more) });
  return (matrix, step) => {
    const shown = others.get(keyOf(step)) ?? usual;
    return { ...matrix, data: decimals(matrix.data, shown + more) };
  };
}
