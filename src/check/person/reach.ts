import type { Matrix } from "../../math/matrix.js";
import { createRandom } from "../../math/random.js";
import type { Digits } from "./digits.js";
import type { Gap } from "./gap.js";
import type { Numbers } from "./numbers.js";

/** The numbers that a person uses at a step. */
export interface Bases {
  /** The written numbers. */
  readonly sheet: Numbers;
  /** The numbers before they were rounded, NaN if unknown. */
  readonly unrounded: Numbers;
  /** Whether a program printed them. */
  readonly isPrinted: boolean;
}

/** How far each cell of a written step moves if everything rounded before it has its rounding error. */
export interface Reach {
  /** The distance if all rounding errors move it in the same direction. */
  readonly most: Float64Array;
  /** The likely distance. */
  readonly likely: Float64Array;
}

/** The possible error of each number of a key. */
type Errors = ReadonlyMap<string, Float64Array>;

/**
 * The limits of a likely error, in standard deviations. The sum of many rounding errors grows with the root of their
 * number. A person writes few numbers, so 3 is enough. A program prints hundreds, and one or two of them lie beyond 3.
 */
const [DEVIATIONS, MAX_DEVIATIONS] = [3, 5];

export function reachOf(gap: Gap, bases: Bases, digits: Digits): Reach {
  const { sheet } = bases;
  const errors = errorsBefore(gap, bases, digits);
  const { data } = sheet.of(gap.key);
  const [sum, squares] = [new Float64Array(data.length), new Float64Array(data.length)];
  const samples = gap.isByHand ? movedOneByOne(gap, sheet, errors) : drawnTogether(gap, sheet, errors);
  for (const numbers of samples) {
    const moved = numbers.of(gap.key).data;
    for (let index = 0; index < data.length; index++) {
      const distance = Math.abs(moved[index] - data[index]);
      if (!(distance > 0)) continue;
      sum[index] += distance;
      squares[index] += distance ** 2;
    }
  }
  // An error that is uniform in ±e has the variance e²/3.
  const deviations = squares.map((by) => Math.sqrt(by / (gap.isByHand ? 3 : NUM_DRAWS)));
  const most = gap.isByHand ? sum : deviations.map((by) => MAX_DEVIATIONS * by);
  const times = bases.isPrinted ? MAX_DEVIATIONS : DEVIATIONS;
  return { most, likely: deviations.map((by, index) => Math.min(most[index], times * by)) };
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

/**
 * Returns the errors of a written step: the distance of each number from its unrounded value if that is known, but at
 * most half a unit.
 */
function errorsOfWritten(key: string, { sheet, unrounded, isPrinted }: Bases, digits: Digits): Float64Array {
  const before = unrounded.of(key).data;
  return sheet.of(key).data.map((value, index) => {
    const half = digits.halfUnit(key, value);
    const by = Math.abs(value - before[index]);
    // If a program printed the inputs, the unrounded value is only known approximately.
    return isPrinted || Number.isNaN(by) ? half : Math.min(by, half);
  });
}

/**
 * Returns the errors of a step that was not written: half a unit, except for numbers that rounding does not change,
 * such as halves and whole numbers.
 */
function errorsOfUnwritten(unrounded: Matrix, key: string, digits: Digits): Float64Array {
  const kept = digits.keep(unrounded, key).data;
  return unrounded.data.map((value, index) =>
    Math.abs(value - kept[index]) < NOISE ? 0 : digits.halfUnit(key, value),
  );
}

const NOISE = 1e-12;

/** Changes one number after the other by its error. */
function* movedOneByOne(gap: Gap, sheet: Numbers, errors: Errors): Generator<Numbers> {
  for (const [key, by] of errors) {
    const after = sheet.after([key]);
    for (const matrix of movedCells(sheet.of(key), by, gap.isByRow(key)))
      yield sheet.moved(new Map([[key, matrix]]), after);
  }
}

/**
 * Returns the matrix with one cell changed by its error, for each cell. If rows are independent, a whole column is
 * changed at once.
 */
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

/** The number of draws. It is enough to estimate a standard deviation to a tenth. */
const NUM_DRAWS = 50;

/**
 * Changes all numbers at once by random errors, many times. A large step depends on too many numbers to change each
 * alone.
 */
function* drawnTogether({ key: step, nodes }: Gap, sheet: Numbers, errors: Errors): Generator<Numbers> {
  const random = createRandom(0, step);
  const draw = (matrix: Matrix, key: string): Matrix => {
    const by = errors.get(key);
    const moved = (value: number, index: number) => value + (2 * random.uniform() - 1) * (by?.[index] ?? 0);
    return by ? { ...matrix, data: matrix.data.map(moved) } : matrix;
  };
  const made = new Set(nodes.map(({ key }) => key));
  const known = [...errors.keys()].filter((key) => !made.has(key));
  for (let round = 0; round < NUM_DRAWS; round++)
    yield sheet.moved(new Map(known.map((key) => [key, draw(sheet.of(key), key)])), made, draw);
}
