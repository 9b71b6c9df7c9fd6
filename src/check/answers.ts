import { UserError } from "../errors.js";
import { type Matrix, shapeText } from "../math/matrix.js";
import { EXACT_DECIMALS, toleranceOf, type WrittenNumber } from "../math/written.js";
import { keyOf, type Step, type Trace } from "../trace/trace.js";
import { placeByLabels } from "./labelled.js";
import { significantDigitsOf } from "./significant.js";
import { findNamedStep } from "./step-names.js";
import { settleWholeNumbers } from "./whole-numbers.js";

/** What a person wrote for one step: its cells row by row, null where nothing was answered. */
export interface Answer {
  readonly step: Step;
  readonly key: string;
  readonly rows: number;
  readonly cols: number;
  readonly cells: readonly (WrittenNumber | null)[];
  /** The same with the digits that were typed, where a bare integer claims more. */
  readonly written: readonly (WrittenNumber | null)[];
  /** The same as plain numbers, NaN where nothing was answered; and how far from them a number may be that is written so. */
  readonly values: Float64Array;
  readonly tolerances: Float64Array;
  /** The most decimals that a cell of this step was written with. */
  readonly decimals: number;
  /** To how many significant digits the whole sheet was rounded, where it has digits instead of decimals. */
  readonly significant: number | undefined;
}

/** A person's answers by step key, in the order of the steps. */
export type Sheet = ReadonlyMap<string, Answer>;

/** An answer before it is known whether there is such a step. */
export interface NamedAnswer {
  readonly key: string;
  /** None when the whole step is left blank. */
  readonly rows: readonly (readonly (WrittenNumber | null)[])[];
  readonly source: string;
  /** The line of the source, where that is known. */
  readonly line?: number;
  /** The names beside its rows and above its columns. */
  readonly rowLabels?: readonly string[];
  readonly columnLabels?: readonly string[];
  /** Of numbers that a program stored: how many significant digits it kept. */
  readonly storedDigits?: number;
}

/**
 * Finds the steps that answers are for. Names are compared without case, `_` and `-`; one row may stand for one column.
 * Throws UNKNOWN_STEP, SHAPE_MISMATCH, and DUPLICATE_KEY for a step with two answers that are not equal.
 */
export function settleAnswers(trace: Trace, given: readonly NamedAnswer[]): Sheet {
  const significant = digitsOfSheet(given);
  const found = new Map<string, { readonly answer: Answer; readonly named: NamedAnswer }>();
  for (const named of given) {
    const step = findNamedStep(trace, named.key, named.source, named.line);
    const answer = fitAnswer(step, named, significant);
    const earlier = found.get(answer.key);
    if (!earlier) found.set(answer.key, { answer, named });
    else if (!areEqual(earlier.answer, answer)) throw answeredTwice(answer.key, earlier.named, named);
  }
  return new Map(
    trace.steps.flatMap((step) => {
      const answer = found.get(keyOf(step))?.answer;
      return answer ? [[answer.key, answer] as const] : [];
    }),
  );
}

/** Of numbers that people wrote, what they are written with says it; of stored ones alone, what the types keep. */
function digitsOfSheet(given: readonly NamedAnswer[]): number | undefined {
  const written = given.filter(({ storedDigits }) => storedDigits === undefined);
  if (written.length > 0) return significantDigitsOf(written.map(({ rows }) => rows.flat()));
  return given.reduce(
    (least, { storedDigits }) => Math.min(least, storedDigits ?? least),
    Number.POSITIVE_INFINITY,
  );
}

/** Whether the same cells are answered, with the same numbers. */
function areEqual({ cells, values }: Answer, other: Answer): boolean {
  return cells.every(
    (cell, index) =>
      (cell === null) === (other.cells[index] === null) &&
      (values[index] === other.values[index] || Object.is(values[index], other.values[index])),
  );
}

function answeredTwice(key: string, first: NamedAnswer, second: NamedAnswer): UserError {
  const [one, other] = [first, second].map((named) => `"${named.key}" of ${named.source}`);
  const twice = one === other ? `${one} is given twice` : `${one} and ${other} both answer it`;
  return new UserError("DUPLICATE_KEY", `There are two answers to ${key}, and they differ: ${twice}.`, {
    hint: "Leave one of them out.",
    location: placeOf(second),
  });
}

const placeOf = ({ source, line }: NamedAnswer) => ({ source, ...(line !== undefined && { line }) });

function fitAnswer(step: Step, named: NamedAnswer, significant: number | undefined): Answer {
  const { rows: given, storedDigits } = named;
  const key = keyOf(step);
  const shape = step.output();
  const rows = given.length > 0 ? placeByLabels(named, step.axes, key, placeOf(named)) : blankRows(shape);
  const size = { rows: rows.length, cols: rows[0].length };
  // A column of sums is often written as one row.
  const isTurned = shape.cols === 1 && size.rows === 1 && size.cols === shape.rows;
  if (!isTurned && (size.rows !== shape.rows || size.cols !== shape.cols)) {
    throw new UserError(
      "SHAPE_MISMATCH",
      `${key} is ${shapeText(shape)}, but ${shapeText(size)} cells were answered.`,
      {
        hint: shapeHint(shape, size),
        location: placeOf(named),
      },
    );
  }
  const flat = rows.flat();
  const fitted = { step, key, rows: shape.rows, cols: shape.cols, written: flat, significant };
  // What a program stored says nothing of how many decimals a person works with.
  if (storedDigits !== undefined) return { ...fitted, cells: flat, ...measure(flat), decimals: 0 };
  const cells = settleWholeNumbers(flat, step, significant);
  return { ...fitted, cells, ...measure(cells) };
}

/** A step that is on a sheet without an answer. */
export function blankAnswer(step: Step, significant: number | undefined): Answer {
  return fitAnswer(step, { key: step.key, rows: [], source: "" }, significant);
}

const blankRows = ({ rows, cols }: Shape): readonly (readonly null[])[] =>
  Array.from({ length: rows }, () => new Array<null>(cols).fill(null));

/** What is looked up of cells again and again. */
function measure(
  cells: readonly (WrittenNumber | null)[],
): Pick<Answer, "values" | "tolerances" | "decimals"> {
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
  return { values, tolerances, decimals };
}

type Shape = Pick<Matrix, "rows" | "cols">;

function shapeHint(shape: Shape, size: Shape): string {
  if (shape.rows === size.cols && shape.cols === size.rows)
    return "It looks transposed: swap rows and columns.";
  if (shape.cols === size.cols && size.rows < shape.rows)
    return `Write ${shape.rows} rows, with null in the cells that are not answered.`;
  return "Write null for an unanswered cell.";
}

/** The most significant digits of a sheet that has digits instead of decimals. */
export function significantIn(sheet: Sheet): number | undefined {
  const [first] = sheet.values();
  return first?.significant;
}
