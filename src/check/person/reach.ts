import type { Matrix } from "../../math/matrix.js";
import type { Digits } from "./digits.js";
import type { Gap } from "./gap.js";
import type { Numbers } from "./numbers.js";

/** What a person works with at a step. */
export interface Bases {
  /** The numbers as they are written. */
  readonly sheet: Numbers;
  /** What they were before they were rounded; NaN where that is not known. */
  readonly unrounded: Numbers;
}

/** How far the numbers of a written step move when all that was rounded before it is off by as much as rounding may do, cell by cell. */
export interface Reach {
  /** When every rounding moves them in one direction. */
  readonly most: Float64Array;
  /** As far as is likely. */
  readonly likely: Float64Array;
}

export function reachOf(gap: Gap, bases: Bases, digits: Digits): Reach {
  const { sheet, unrounded } = bases;
  const { data } = sheet.of(gap.key);
  const [most, squares] = [new Float64Array(data.length), new Float64Array(data.length)];
  const written = gap.sources.map(
    (key) => [key, errorsOfWritten(sheet.of(key), unrounded.of(key), key, digits)] as const,
  );
  const given = Array.from(gap.printed, ([key, half]) => [key, sheet.of(key).data.map(() => half)] as const);
  for (const [key, errors] of [...given, ...written, ...errorsOfUnwritten(gap, bases, digits)]) {
    if (!errors.some((error) => error > 0)) continue;
    const after = sheet.after([key]);
    for (const moved of movedCells(sheet.of(key), errors, gap.isByRow(key))) {
      const other = sheet.moved(key, moved, after).of(gap.key).data;
      for (let index = 0; index < data.length; index++) {
        const by = Math.abs(other[index] - data[index]);
        if (!(by > 0)) continue;
        most[index] += by;
        squares[index] += by * by;
      }
    }
  }
  return { most, likely: most.map((sum, index) => Math.min(sum, LIKELY * Math.sqrt(squares[index]))) };
}

/** A written number is off by what was rounded in it: what it would be without says how much that is. */
function errorsOfWritten({ data }: Matrix, before: Matrix, key: string, digits: Digits): Float64Array {
  return data.map((value, index) => {
    const half = digits.halfUnit(key, value);
    const by = Math.abs(value - before.data[index]);
    // NaN, where it is not known, is no smaller.
    return Number.isNaN(by) ? half : Math.min(by, half);
  });
}

/** What nobody wrote is off by half a unit, but for cells that have no more digits than are kept: halves, whole numbers. */
function errorsOfUnwritten(
  gap: Gap,
  { unrounded }: Bases,
  digits: Digits,
): readonly (readonly [key: string, errors: Float64Array])[] {
  return gap.nodes.slice(0, -1).map(({ key }) => {
    const { data } = unrounded.of(key);
    const kept = digits.keep(unrounded.of(key), key).data;
    const errorAt = (value: number, index: number) =>
      Math.abs(value - kept[index]) < NOISE ? 0 : digits.halfUnit(key, value);
    return [key, data.map(errorAt)];
  });
}

const NOISE = 1e-12;

/** Errors of many roundings add up as their root: each is spread evenly over its half unit, and three times their deviation is a limit. */
const LIKELY = 3 / Math.sqrt(3);

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

/** In a step that nobody works by hand the farthest that rounding moved a cell is seen, and no cell moves so many times as far. */
const SPREAD = 4;

/** The same of a large step: as far as rounding on the way moves any of its cells, and more. */
export function seenReach(exact: Matrix, rounded: Matrix): Reach {
  let most = 0;
  exact.data.forEach((value, index) => {
    const by = Math.abs(value - rounded.data[index]);
    if (by > most && Number.isFinite(by)) most = by;
  });
  const reach = new Float64Array(exact.data.length).fill(SPREAD * most);
  return { most: reach, likely: reach };
}
