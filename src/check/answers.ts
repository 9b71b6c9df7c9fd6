import { refuseAs, UserError } from "../errors.js";
import { greatest, tabulate } from "../math/lists.js";
import { type Shape, shapeText } from "../math/matrix.js";
import { EXACT_DECIMALS, isWrittenAs, toleranceOf, type WrittenNumber } from "../math/written.js";
import type { Step, Trace } from "../trace/trace.js";
import { placeByLabels } from "./labelled.js";
import { significantDigitsOf } from "./significant.js";
import { findNamedStep, stepsMeant } from "./step-names.js";
import { settleWholeNumbers } from "./whole-numbers.js";

/** A person's answer to one step. Its cells are row by row, null if a cell was not answered. */
export interface Answer {
  readonly step: Step;
  readonly key: string;
  readonly rows: number;
  readonly cols: number;
  readonly cells: readonly (WrittenNumber | null)[];
  /** The same cells with the digits that were typed. In `cells`, a bare integer may claim more decimals. */
  readonly written: readonly (WrittenNumber | null)[];
  /**
   * The same cells as plain numbers, NaN if not answered. `tolerances` is how far a number written so may be from them.
   */
  readonly values: Float64Array;
  readonly tolerances: Float64Array;
  /** The largest number of decimals of a cell in this step. */
  readonly decimals: number;
  /** The number of significant digits of the whole sheet, if it was rounded to digits instead of decimals. */
  readonly significant: number | undefined;
}

/** A person's answers by the key of the step, in the order of the steps. */
export type Sheet = ReadonlyMap<string, Answer>;

/** An answer before its step was looked up. */
export interface NamedAnswer {
  readonly key: string;
  /** Its rows. Empty if the whole step is blank. */
  readonly rows: readonly (readonly (WrittenNumber | null)[])[];
  readonly source: string;
  /** Its line in the source, if that is known. */
  readonly line?: number;
  /** The names beside its rows and above its columns. */
  readonly rowLabels?: readonly string[];
  readonly columnLabels?: readonly string[];
  /** For numbers that a program stored: the number of significant digits that it kept. */
  readonly storedDigits?: number;
}

/** Returns the step that an ambiguous name means, by its numbers: `attention` means the weights or the output. */
function stepByNumbers(trace: Trace, { key, rows }: NamedAnswer): Step | undefined {
  const cells = rows.flat();
  const found = stepsMeant(trace, key).map((step) => {
    const { data, ...shape } = step.output();
    const isShape = rows.length === shape.rows && rows[0]?.length === shape.cols;
    const right = cells.filter((cell, at) => cell && isWrittenAs(data[at], cell)).length;
    return { step, right: isShape ? right : -1 };
  });
  const [best, other] = found.toSorted((one, two) => two.right - one.right);
  return best && best.right > (other?.right ?? -1) ? best.step : undefined;
}

/**
 * Finds the steps of answers. Names are compared without case, `_` and `-`. One row may be written for a column. Throws
 * UNKNOWN_STEP, SHAPE_MISMATCH, and DUPLICATE_KEY for a step with two different answers.
 */
export function settleAnswers(trace: Trace, given: readonly NamedAnswer[]): Sheet {
  const significant = digitsOfSheet(given);
  const found = new Map<string, { readonly answer: Answer; readonly named: NamedAnswer }>();
  for (const named of given) {
    const step = stepByNumbers(trace, named) ?? findNamedStep(trace, named.key, named.source, named.line);
    const answer = fitAnswer(step, named, significant);
    const earlier = found.get(answer.key);
    if (!earlier) found.set(answer.key, { answer, named });
    else if (!areEqual(earlier.answer, answer)) throw answeredTwice(answer.key, earlier.named, named);
  }
  return new Map(
    trace.steps.flatMap((step) => {
      const answer = found.get(step.key)?.answer;
      return answer ? [[answer.key, answer] as const] : [];
    }),
  );
}

/**
 * Returns the significant digits of a sheet. Written numbers decide. If all numbers were stored by programs, their
 * types decide.
 */
function digitsOfSheet(given: readonly NamedAnswer[]): number | undefined {
  const written = given.filter(({ storedDigits }) => storedDigits === undefined);
  if (written.length > 0) return significantDigitsOf(written.map(({ rows }) => rows.flat()));
  return given.reduce(
    (least, { storedDigits }) => Math.min(least, storedDigits ?? least),
    Number.POSITIVE_INFINITY,
  );
}

/** Whether two answers have the same cells answered, with the same numbers. */
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
  const key = step.key;
  const shape = step.output();
  const rows = given.length > 0 ? placeByLabels(named, step.axes, key, placeOf(named)) : blankRows(shape);
  const size = { rows: rows.length, cols: rows[0].length };
  // A column of sums is often written as one row.
  const isTurned = shape.cols === 1 && size.rows === 1 && size.cols === shape.rows;
  if (!isTurned && (size.rows !== shape.rows || size.cols !== shape.cols)) {
    refuseAs("SHAPE_MISMATCH", `${key} is ${shapeText(shape)}, but ${shapeText(size)} cells were answered.`, {
      hint: shapeHint(shape, size),
      location: placeOf(named),
    });
  }
  const flat = rows.flat();
  const fitted = { step, key, rows: shape.rows, cols: shape.cols, written: flat, significant };
  // Numbers that a program stored do not show how many decimals a person uses.
  if (storedDigits !== undefined) return { ...fitted, cells: flat, ...measure(flat), decimals: 0 };
  const cells = settleWholeNumbers(flat, step, significant);
  return { ...fitted, cells, ...measure(cells) };
}

/** Returns the answer of a step that is on a sheet, but blank. */
export function blankAnswer(step: Step, significant: number | undefined): Answer {
  return fitAnswer(step, { key: step.key, rows: [], source: "" }, significant);
}

const blankRows = ({ rows, cols }: Shape): readonly (readonly null[])[] =>
  tabulate(rows, () => new Array<null>(cols).fill(null));

/** Computes what is often looked up about cells. */
function measure(
  cells: readonly (WrittenNumber | null)[],
): Pick<Answer, "values" | "tolerances" | "decimals"> {
  const decimals = greatest(cells, (cell) =>
    cell && Number.isFinite(cell.value) && cell.decimals < EXACT_DECIMALS ? cell.decimals : 0,
  );
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

function shapeHint(shape: Shape, size: Shape): string {
  if (shape.rows === size.cols && shape.cols === size.rows)
    return "It looks transposed: swap rows and columns.";
  if (shape.cols === size.cols && size.rows < shape.rows)
    return `Write ${shape.rows} rows, with null in the cells that are not answered.`;
  return "Write null for an unanswered cell.";
}

/** Returns the number of significant digits of a sheet, or undefined if it was rounded to decimals. */
export function significantIn(sheet: Sheet): number | undefined {
  const [first] = sheet.values();
  return first?.significant;
}
