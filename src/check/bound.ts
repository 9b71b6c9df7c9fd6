import { type Expression, evaluate, partsOf } from "../trace/expression.js";
import type { Node } from "../trace/op.js";
import { explainStep } from "../trace/trace.js";
import { type Sheet, significantIn, usualDecimals } from "./answers.js";
import { CELLS_BY_HAND } from "./plausible-distance.js";
import { magnitudeOf } from "./significant.js";
import type { Solution } from "./solution.js";
import { wholeSteps } from "./whole-steps.js";

/** Whether rounding of the earlier steps can move a cell as far as `distance`. */
export type Reach = (key: string, row: number, col: number, distance: number) => boolean;

/** How far rounding of the earlier steps by hand can move a cell. */
export type Bound = (key: string, row: number, col: number) => number;

/**
 * How far a number moves with each rounded cell before it, by the place of that cell, when it is off by its half unit.
 * What comes from the same cell moves together: a power and the sum that it is part of, for example.
 */
type Moves = ReadonlyMap<number, number>;

type Leaf = Extract<Expression, { kind: "cell" }>;

/**
 * How far a cell can lie from its exact number when every earlier step was rounded: an answered cell as it was written,
 * any other to the decimals that the sheet usually has. Rounding of the last steps before it is enough for most cells;
 * for the others the explanation is followed down to the inputs. Whole numbers that are made of whole numbers alone
 * are reached by no rounding.
 */
export function createBounds(exact: Solution, sheet: Sheet): { readonly reaches: Reach; readonly of: Bound } {
  const { stepOf, computed, roundedFor } = followRounding(exact, sheet);
  const [last, few, all] = [1, FEW_STEPS, Number.POSITIVE_INFINITY].map(roundedFor);
  const isWholeStep = wholeSteps(exact);

  /** With more and more steps rounded. */
  function* boundsOf(key: string, row: number, col: number): Generator<number> {
    const step = stepOf(key);
    const matrix = exact.used(key);
    if (!step || !matrix || !Number.isFinite(matrix.data[row * matrix.cols + col])) return;
    for (const usedOf of matrix.data.length > CELLS_BY_HAND ? [last, few] : [last, all])
      yield sizeOf(computed(step, row, col, usedOf));
  }
  return {
    reaches(key, row, col, distance) {
      if (distance <= 0) return true;
      if (isWholeStep(key)) return false;
      for (const bound of boundsOf(key, row, col)) if (bound >= distance) return true;
      return false;
    },
    of: (key, row, col) => Math.max(0, ...boundsOf(key, row, col)),
  };
}

/** How cells move when steps before them were rounded. */
function followRounding(exact: Solution, sheet: Sheet) {
  const placeOf = numberCells(exact);
  const halfUnitOf = createHalfUnits(sheet);
  const inputsOf = (step: Node) => step.inputs.flatMap((name) => exact.used(name) ?? []);
  const stepOf = (key: string) => exact.sources.node(key);

  const computed = (step: Node, row: number, col: number, usedOf: Used) =>
    movesOf(step.inputs, explainStep(step, inputsOf(step), row, col), usedOf);

  /** How what a step works with moves, when so many steps before it were rounded. An answered cell is used as written. */
  const roundedFor = (steps: number): Used => {
    const known = new Map<number, Moves>();
    const before = Number.isFinite(steps) && steps > 1 ? roundedFor(steps - 1) : undefined;
    const usedOf: Used = (key, leaf) => {
      const { row, col, value } = leaf;
      const place = placeOf(key, row, col);
      const moved = known.get(place);
      if (moved) return moved;
      const answer = sheet.get(key);
      const written = answer?.cells[row * answer.cols + col];
      const step = stepOf(key);
      const followed = steps > 1 && !written && step?.inputs.some(stepOf) ? step : undefined;
      const moves = new Map<number, number>(followed ? computed(followed, row, col, before ?? usedOf) : []);
      if (written || step) moves.set(place, written ? written.value - value : halfUnitOf(value));
      known.set(place, moves);
      return moves;
    };
    return usedOf;
  };
  return { stepOf, computed, roundedFor };
}

/** How what is made of rounded inputs moves, before it is rounded itself. */
function movesOf(inputs: readonly string[], arithmetic: Expression, usedOf: Used): Moves {
  const moves = new Map<number, number>();
  eachLeaf(arithmetic, 1, (leaf, slope) => {
    for (const [place, by] of usedOf(inputs[leaf.input], leaf))
      moves.set(place, (moves.get(place) ?? 0) + slope * by);
  });
  return moves;
}

/** Half a unit of the last digit that a person keeps of a number. */
function createHalfUnits(sheet: Sheet): (value: number) => number {
  const digits = significantIn(sheet);
  const half = 0.5 * 10 ** -usualDecimals(sheet);
  if (digits === undefined) return () => half;
  // Of 0 it is 0: its magnitude is −∞.
  return (value) => 0.5 * 10 ** (magnitudeOf(value) + 1 - digits);
}

/** How what is used of a cell moves. */
type Used = (key: string, leaf: Leaf) => Moves;

/** From a weight to its own score, and to the powers of its row; down to the inputs of a large sheet there are millions of cells. */
const FEW_STEPS = 2;

/** A number for each cell of each step and input, the first time that its matrix is spoken of. */
function numberCells(exact: Solution): (key: string, row: number, col: number) => number {
  const firsts = new Map<string, { readonly first: number; readonly cols: number }>();
  let next = 0;
  return (key, row, col) => {
    let place = firsts.get(key);
    if (!place) {
      const { rows, cols } = exact.used(key) ?? { rows: 0, cols: 0 };
      place = { first: next, cols };
      firsts.set(key, place);
      next += rows * cols;
    }
    return place.first + row * place.cols + col;
  };
}

/** How far a number moves when all that moves it does so in one direction. */
function sizeOf(moves: Moves): number {
  let size = 0;
  for (const by of moves.values()) size += Math.abs(by);
  return size;
}

/** Every leaf, and how many times its own move it moves the whole; to first order, which is enough for half units. */
function eachLeaf(expression: Expression, slope: number, visit: (leaf: Leaf, slope: number) => void): void {
  if (expression.kind === "cell") {
    visit(expression, slope);
    return;
  }
  const parts = partsOf(expression);
  const slopeAt = slopesOf(expression, parts);
  for (const [place, part] of parts.entries()) {
    const by = slope * slopeAt(place);
    if (by !== 0) eachLeaf(part, by, visit);
  }
}

/** How much an expression moves with each of its parts. */
function slopesOf(expression: Expression, parts: readonly Expression[]): (place: number) => number {
  if (expression.kind === "sum") return () => 1;
  if (expression.kind === "negative") return () => -1;
  const values = parts.map((part) => evaluate(part).value);
  if (expression.kind === "product")
    return (place) => values.reduce((product, value, at) => (at === place ? product : product * value), 1);
  // The one that is picked moves the whole.
  if (expression.kind === "call" && ["max", "min"].includes(expression.fn)) {
    const picked = values.indexOf(evaluate(expression).value);
    return (place) => (place === picked ? 1 : 0);
  }
  const slopeAt = expression.kind === "quotient" ? slopeOfQuotient(values) : slopeOfCall(expression, values);
  return (place) => {
    const slope = slopeAt(place);
    return Number.isFinite(slope) ? slope : 0;
  };
}

const slopeOfQuotient =
  ([dividend, divisor]: readonly number[]) =>
  (place: number): number =>
    place === 0 ? 1 / divisor : -dividend / divisor ** 2;

function slopeOfCall(expression: Expression, values: readonly number[]): (place: number) => number {
  return (place) => {
    const step = 1e-6 * Math.max(1, Math.abs(values[place]));
    const at = (by: number) => evaluateWith(expression, values.with(place, values[place] + by));
    return (at(step) - at(-step)) / (2 * step);
  };
}

/** A call with other numbers in the place of its arguments. */
function evaluateWith(expression: Expression, values: readonly number[]): number {
  const args = values.map((value): Expression => ({ kind: "constant", value }));
  return evaluate(expression.kind === "call" ? { ...expression, args } : expression).value;
}
