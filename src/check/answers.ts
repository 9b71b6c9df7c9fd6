import { UserError } from "../errors.js";
import { type Matrix, shapeText } from "../math/matrix.js";
import { EXACT_DECIMALS, isWrittenAs, toleranceOf, type WrittenNumber } from "../math/written.js";
import { keyOf, type Step, type Trace } from "../trace/trace.js";
import { claimDigits, significantDigitsOf } from "./significant.js";
import { findNamedStep } from "./step-names.js";

/** What a person wrote for one step: its cells row by row, null where nothing was answered. */
export interface Answer {
  readonly step: Step;
  readonly key: string;
  readonly rows: number;
  readonly cols: number;
  readonly cells: readonly (WrittenNumber | null)[];
  /** The same as plain numbers, NaN where nothing was answered; and how far from them a number may be that is written so. */
  readonly values: Float64Array;
  readonly tolerances: Float64Array;
  /** The most decimals that a cell of this step was written with. */
  readonly decimals: number;
  /** Whether the answer alone says what is used of the step: no cell is blank, and none stands for −∞. */
  readonly isSettled: boolean;
  /** To how many significant digits the whole sheet was rounded, where it has digits instead of decimals. */
  readonly significant: number | undefined;
}

/** A person's answers by step key, in the order of the steps. */
export type Sheet = ReadonlyMap<string, Answer>;

/** An answer before it is known whether there is such a step. */
export interface NamedAnswer {
  readonly key: string;
  readonly rows: readonly (readonly (WrittenNumber | null)[])[];
  readonly source: string;
}

/**
 * Finds the steps that answers are for. Names are compared without case, `_` and `-`; one row may stand for one column.
 * Throws UNKNOWN_STEP and SHAPE_MISMATCH.
 */
export function settleAnswers(trace: Trace, given: readonly NamedAnswer[]): Sheet {
  const significant = significantDigitsOf(given.map(({ rows }) => rows.flat()));
  const found = new Map<string, Answer>();
  for (const answer of given) {
    const step = findNamedStep(trace, answer.key, answer.source);
    found.set(keyOf(step), fitAnswer(step, answer, significant));
  }
  return new Map(
    trace.steps.flatMap((step) => {
      const answer = found.get(keyOf(step));
      return answer ? [[answer.key, answer] as const] : [];
    }),
  );
}

function fitAnswer(step: Step, { rows, source }: NamedAnswer, significant: number | undefined): Answer {
  const key = keyOf(step);
  const shape = step.output();
  const size = { rows: rows.length, cols: rows[0]?.length ?? 0 };
  // A column of sums is often written as one row.
  const isTurned = shape.cols === 1 && size.rows === 1 && size.cols === shape.rows;
  if (!isTurned && (size.rows !== shape.rows || size.cols !== shape.cols)) {
    throw new UserError(
      "SHAPE_MISMATCH",
      `${key} is ${shapeText(shape)}, but ${shapeText(size)} cells were answered.`,
      {
        hint: shapeHint(shape, size),
        location: { source },
      },
    );
  }
  const flat = rows.flat();
  const cells =
    significant === undefined
      ? settleIntegers(flat, step.view === "distribution")
      : claimDigits(flat, significant);
  return { ...{ step, key, rows: shape.rows, cols: shape.cols, cells }, ...measure(cells), significant };
}

/** What is looked up of cells again and again. */
function measure(
  cells: readonly (WrittenNumber | null)[],
): Pick<Answer, "values" | "tolerances" | "decimals" | "isSettled"> {
  const decimals = cells.reduce((most, cell) => {
    const isRounded = cell && Number.isFinite(cell.value) && cell.decimals < EXACT_DECIMALS;
    return isRounded ? Math.max(most, cell.decimals) : most;
  }, 0);
  const values = new Float64Array(cells.length).fill(Number.NaN);
  const tolerances = new Float64Array(cells.length);
  for (let index = 0; index < cells.length; index++) {
    const cell = cells[index];
    if (!cell) continue;
    values[index] = cell.value;
    if (Number.isFinite(cell.value)) tolerances[index] = toleranceOf(cell);
  }
  const isSettled = cells.every((cell) => cell && !isWrittenAs(Number.NEGATIVE_INFINITY, cell));
  return { values, tolerances, decimals, isSettled };
}

type Shape = Pick<Matrix, "rows" | "cols">;

function shapeHint(shape: Shape, size: Shape): string {
  if (shape.rows === size.cols && shape.cols === size.rows)
    return "It looks transposed: write rows as columns, and columns as rows.";
  if (shape.cols === size.cols && size.rows < shape.rows)
    return `Write ${shape.rows} rows, with null in the cells that are not answered.`;
  return "Write null for a cell that is not answered.";
}

/** Nobody rounds weights to whole numbers: a bare 0 or 1 among them claims this many decimals. */
const DECIMALS_OF_WEIGHTS = 2;

/** A bare integer beside numbers with decimals is not rounded to a whole: it claims as many decimals as the least of them. */
function settleIntegers(
  cells: readonly (WrittenNumber | null)[],
  isDistribution: boolean,
): readonly (WrittenNumber | null)[] {
  const fewest = cells.reduce(
    (few, cell) => (cell && cell.decimals > 0 ? Math.min(few, cell.decimals) : few),
    Number.POSITIVE_INFINITY,
  );
  const least = Number.isFinite(fewest) ? fewest : 0;
  const claimed = isDistribution ? Math.max(least, DECIMALS_OF_WEIGHTS) : least;
  if (claimed === 0) return cells;
  return cells.map((cell) => (cell?.decimals === 0 ? { value: cell.value, decimals: claimed } : cell));
}

/** The decimals that a person works with: the most that any step was written with, as far as a person writes them. */
export function usualDecimals(sheet: Sheet): number {
  const used = [...sheet.values()].map(({ decimals }) => decimals).filter((decimals) => decimals > 0);
  return used.length === 0 ? 2 : Math.max(...used);
}

/** The most significant digits of a sheet that has digits instead of decimals. */
export function significantIn(sheet: Sheet): number | undefined {
  const [first] = sheet.values();
  return first?.significant;
}
