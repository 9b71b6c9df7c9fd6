import type { Matrix } from "../../math/matrix.js";
import { createRandom } from "../../math/random.js";
import type { Digits } from "./digits.js";
import type { Gap } from "./gap.js";
import type { Numbers } from "./numbers.js";

/** What a person works with at a step. */
export interface Bases {
  /** The numbers as they are written. */
  readonly sheet: Numbers;
  /** What they were before they were rounded; NaN where that is not known. */
  readonly unrounded: Numbers;
  /** Whether a program printed them. */
  readonly isPrinted: boolean;
}

/** How far the numbers of a written step move when all that was rounded before it is off by as much as rounding may do, cell by cell. */
export interface Reach {
  /** When every rounding moves them in one direction. */
  readonly most: Float64Array;
  /** As far as is likely. */
  readonly likely: Float64Array;
}

/** By how much each number of a key may be off. */
type Errors = ReadonlyMap<string, Float64Array>;

/**
 * Errors of many roundings add up as their root. So many times their deviation is a limit: a person writes few numbers; of the hundreds
 * that a program prints, one or two lie beyond three.
 */
const [DEVIATIONS, MOST_DEVIATIONS] = [3, 5];

export function reachOf(gap: Gap, bases: Bases, digits: Digits): Reach {
  const { sheet } = bases;
  const errors = errorsBefore(gap, bases, digits);
  const { most, variance } = gap.isByHand ? moveCells(gap, sheet, errors) : drawErrors(gap, sheet, errors);
  const times = bases.isPrinted ? MOST_DEVIATIONS : DEVIATIONS;
  const likely = variance.map((by, index) => Math.min(most[index], times * Math.sqrt(by)));
  return { most, likely };
}

function errorsBefore(gap: Gap, bases: Bases, digits: Digits): Errors {
  const { unrounded } = bases;
  const errors = new Map<string, Float64Array>();
  for (const [key, by] of gap.printed) errors.set(key, by);
  for (const key of gap.sources) errors.set(key, errorsOfWritten(key, bases, digits));
  for (const { key } of gap.nodes.slice(0, -1))
    errors.set(key, errorsOfUnwritten(unrounded.of(key), key, digits));
  return new Map([...errors].filter(([, by]) => by.some((error) => error > 0)));
}

/** A written number is off by what was rounded in it: what it would be without says how much that is, where it is known. */
function errorsOfWritten(key: string, { sheet, unrounded, isPrinted }: Bases, digits: Digits): Float64Array {
  const before = unrounded.of(key).data;
  return sheet.of(key).data.map((value, index) => {
    const half = digits.halfUnit(key, value);
    const by = Math.abs(value - before[index]);
    // Of inputs that a program printed only what is near is known.
    return isPrinted || Number.isNaN(by) ? half : Math.min(by, half);
  });
}

/** What nobody wrote is off by half a unit, but for cells that have no more digits than are kept: halves, whole numbers. */
function errorsOfUnwritten(unrounded: Matrix, key: string, digits: Digits): Float64Array {
  const kept = digits.keep(unrounded, key).data;
  return unrounded.data.map((value, index) =>
    Math.abs(value - kept[index]) < NOISE ? 0 : digits.halfUnit(key, value),
  );
}

const NOISE = 1e-12;

/** How far the cells of a step move at most, and the square of how far they move in the middle. */
interface Moves {
  readonly most: Float64Array;
  readonly variance: Float64Array;
}

/** One number after the other is off: an error spread evenly over ±e has the variance e²/3. */
function moveCells(gap: Gap, sheet: Numbers, errors: Errors): Moves {
  const { data } = sheet.of(gap.key);
  const [most, variance] = [new Float64Array(data.length), new Float64Array(data.length)];
  for (const [key, by] of errors) {
    const after = sheet.after([key]);
    for (const matrix of movedCells(sheet.of(key), by, gap.isByRow(key))) {
      const moved = sheet.moved(new Map([[key, matrix]]), after).of(gap.key).data;
      for (let index = 0; index < data.length; index++) {
        const distance = Math.abs(moved[index] - data[index]);
        if (!(distance > 0)) continue;
        most[index] += distance;
        variance[index] += distance ** 2 / 3;
      }
    }
  }
  return { most, variance };
}

/** A matrix with one cell off by its error, for each of its cells; where rows do not mix, with one column. */
function* movedCells(matrix: Matrix, errors: Float64Array, areRowsApart: boolean): Generator<Matrix> {
  const { cols, data } = matrix;
  const step = areRowsApart ? cols : data.length;
  for (let first = 0; first < step; first++) {
    const moved = data.slice();
    let isMoved = false;
    for (let index = first; index < data.length; index += step) {
      moved[index] += errors[index];
      isMoved ||= errors[index] > 0;
    }
    if (isMoved) yield { ...matrix, data: moved };
  }
}

/** So many draws tell a deviation to a tenth. */
const NUM_DRAWS = 50;

/** The same of a large step: it hangs on too many numbers to move each, so all are moved at once, by what is drawn, again and again. */
function drawErrors({ key: step, nodes }: Gap, sheet: Numbers, errors: Errors): Moves {
  const { data } = sheet.of(step);
  const variance = new Float64Array(data.length);
  const random = createRandom(0, step);
  const draw = (matrix: Matrix, key: string): Matrix => {
    const by = errors.get(key);
    const moved = (value: number, index: number) => value + (2 * random.uniform() - 1) * (by?.[index] ?? 0);
    return by ? { ...matrix, data: matrix.data.map(moved) } : matrix;
  };
  const made = new Set(nodes.map(({ key }) => key));
  const known = [...errors.keys()].filter((key) => !made.has(key));
  for (let round = 0; round < NUM_DRAWS; round++) {
    const drawn = new Map(known.map((key) => [key, draw(sheet.of(key), key)]));
    const moved = sheet.moved(drawn, made, draw).of(step).data;
    for (let index = 0; index < data.length; index++) {
      const distance = Math.abs(moved[index] - data[index]);
      if (distance > 0) variance[index] += distance ** 2 / NUM_DRAWS;
    }
  }
  return { most: variance.map((by) => MOST_DEVIATIONS * Math.sqrt(by)), variance };
}
