import { roundDecimals } from "../math/decimal.js";
import { type Matrix, mapCells } from "../math/matrix.js";
import { EXACT_DECIMALS } from "../math/written.js";
import { replay } from "../trace/replay.js";
import { keyOf, type Step, type Trace } from "../trace/trace.js";
import { type Answer, type Sheet, usualDecimals } from "./answers.js";

/** What every step comes to, by key. */
export type Numbers = ReadonlyMap<string, Matrix>;

/** How a person may have rounded on the way. */
export type Schedule = (matrix: Matrix, step: Step) => Matrix;

/** Only the steps that lead to an answered one, so that replaying costs no more than it must. */
export function keepNeeded(trace: Trace, sheet: Sheet): Trace {
  const needed = new Set(sheet.keys());
  const steps = [...trace.steps].reverse().filter((step) => {
    if (!needed.has(keyOf(step))) return false;
    for (const input of step.inputs) needed.add(input);
    return true;
  });
  return { ...trace, steps: steps.reverse() };
}

/** What every step comes to when all of them are computed, each rounded as the schedule says before the next. */
export function computeWith(trace: Trace, schedule: Schedule): Numbers {
  const replayed = replay(trace, { afterEach: schedule });
  return new Map(replayed.steps.map((step) => [keyOf(step), step.output()]));
}

/** The same, each step computed from the person's own earlier answers where there are any. */
export function computeFromOwn(trace: Trace, sheet: Sheet, schedule: Schedule): Numbers {
  const computed = new Map<string, Matrix>();
  replay(trace, {
    afterEach(matrix, step) {
      computed.set(keyOf(step), matrix);
      const answer = sheet.get(keyOf(step));
      return answer ? withAnswers(matrix, answer) : schedule(matrix, step);
    },
  });
  return computed;
}

/** A matrix with the answered cells in the place of the computed ones. */
export function withAnswers(matrix: Matrix, { cells }: Answer): Matrix {
  return mapCells(matrix, (value, row, col) => {
    const written = cells[row * matrix.cols + col];
    // −1e9 stands for −∞, and is taken for it.
    return written && value !== Number.NEGATIVE_INFINITY ? written.value : value;
  });
}

export const unrounded: Schedule = (matrix) => matrix;

const SOFTMAX_PARTS = ["exponentials", "row-sums"];

/** The ways to round that people use, the likeliest first; each step to the decimals that the sheet has for it. */
export function listSchedules(sheet: Sheet): readonly Schedule[] {
  const usual = usualDecimals(sheet);
  const decimalsFor = (step: Step, more: number) => {
    const answer = sheet.get(keyOf(step));
    return answer && answer.decimals > 0 ? answer.decimals : usual + more;
  };
  const roundAll =
    (more: number, round: Round): Schedule =>
    (matrix, step) =>
      roundTo(matrix, decimalsFor(step, more), round);
  const exactPowers: Schedule = (matrix, step) =>
    SOFTMAX_PARTS.includes(step.op) ? matrix : roundTo(matrix, decimalsFor(step, 0), roundDecimals);
  const onlyWeights: Schedule = (matrix, step) =>
    step.view === "distribution" ? roundTo(matrix, decimalsFor(step, 0), roundDecimals) : matrix;
  return [
    unrounded,
    roundAll(0, roundDecimals),
    ...[
      exactPowers,
      onlyWeights,
      roundAll(0, roundHalfEven),
      roundAll(1, roundDecimals),
      roundAll(2, roundDecimals),
    ],
  ];
}

/** Digits cut off at every step before the next. */
export function truncating(sheet: Sheet): Schedule {
  const usual = usualDecimals(sheet);
  return (matrix, step) => {
    const answer = sheet.get(keyOf(step));
    return roundTo(matrix, answer && answer.decimals > 0 ? answer.decimals : usual, truncateDecimals);
  };
}

type Round = (value: number, decimals: number) => number;

function roundTo(matrix: Matrix, decimals: number, round: Round): Matrix {
  return decimals >= EXACT_DECIMALS ? matrix : mapCells(matrix, (value) => round(value, decimals));
}

/** Halves to the even neighbour, as Python and NumPy do. */
function roundHalfEven(value: number, decimals: number): number {
  const scaled = Math.abs(value) * 10 ** decimals;
  const below = Math.floor(scaled);
  if (Math.abs(scaled - below - 0.5) > 1e-9) return roundDecimals(value, decimals);
  return (Math.sign(value) * (below % 2 === 0 ? below : below + 1)) / 10 ** decimals;
}

/** Digits cut off; a number that misses its last digit by binary noise alone keeps it. */
export function truncateDecimals(value: number, decimals: number): number {
  if (!Number.isFinite(value)) return value;
  return Math.trunc(value * 10 ** decimals + Math.sign(value) * 1e-9) / 10 ** decimals;
}
