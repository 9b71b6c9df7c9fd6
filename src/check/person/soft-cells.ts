import type { Matrix } from "../../math/matrix.js";
import type { JudgedCells } from "./judge-cells.js";
import type { WrittenCells } from "./written-cells.js";

/** A cell that only rounding excuses. */
export interface SoftCell {
  readonly key: string;
  readonly index: number;
  /** How far it is from every course, in units of its last digit. */
  readonly units: number;
  /** Whether one course gives all other cells of the step. */
  readonly isAlone: boolean;
  /** Whether somebody who rounds now and then comes to it. */
  readonly isMixed: () => boolean;
  /** Whether a course comes to it when its digits are cut off. */
  readonly isCut: boolean;
}

export function softCellsOf(
  written: WrittenCells,
  { near, courses, bits }: JudgedCells,
  mixtures: () => readonly Matrix[],
): readonly SoftCell[] {
  const { key, cells } = written.answer;
  const isAlone = bits.filter((by) => by > 0).length === 1;
  return cells.flatMap((cell, index) => {
    if (!cell || !near[index]) return [];
    return [
      {
        key,
        index,
        units: unitsOff(written, courses, index),
        isAlone,
        isMixed: () => isMixed(written, mixtures, index),
        isCut: courses.some(({ data }) => written.isCut(data[index], index)),
      },
    ];
  });
}

/** How far a cell is from the nearest of these, in units of its last digit. */
function unitsOff(
  { answer: { cells, values } }: WrittenCells,
  courses: readonly Matrix[],
  index: number,
): number {
  const distance = Math.min(...courses.map(({ data }) => Math.abs(data[index] - values[index])));
  return distance * 10 ** (cells[index]?.decimals ?? 0);
}

const isMixed = (written: WrittenCells, mixtures: () => readonly Matrix[], index: number): boolean =>
  mixtures().some(({ data }) => written.agrees(data[index], index));

/** More cells than this are how somebody rounds. */
const MOST_LONE = 2;
/** Nearer to a course than so many units a cell is rounded; in a step whose other cells one course gives even nearer. */
const LONE_UNITS = 1;
const ALONE_UNITS = 0.75;
/** On a sheet of fewer cells nothing is learnt from the others. */
const FEWEST_CELLS = 6;

/**
 * One or two cells that only rounding would excuse, while the others are as some course gives them, are slips: nobody rounds so. Nor
 * does anybody whose other cells are rounded cut one off.
 */
export function findLoneSlips(
  soft: readonly SoftCell[],
  numCells: number,
  isRounding: boolean,
): readonly SoftCell[] {
  const far = soft.filter(({ units, isAlone }) => units >= (isAlone ? ALONE_UNITS : LONE_UNITS));
  if (far.length > MOST_LONE || numCells < FEWEST_CELLS) return [];
  return far.filter(({ isMixed, isCut }) => !isMixed() && (isRounding || !isCut));
}
