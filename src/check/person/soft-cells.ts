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
  /** Whether somebody who rounds now and then comes to it, or cuts digits off. */
  readonly isMixed: () => boolean;
}

export function softCellsOf(
  written: WrittenCells,
  { near, courses, bits }: JudgedCells,
  mixtures: () => readonly Matrix[],
): readonly SoftCell[] {
  const { key, cells, values } = written.answer;
  const isAlone = bits.filter((by) => by > 0).length === 1;
  return cells.flatMap((cell, index) => {
    if (!cell || !near[index]) return [];
    const distance = Math.min(...courses.map(({ data }) => Math.abs(data[index] - values[index])));
    const isMixed = () =>
      mixtures().some(({ data }) => written.agrees(data[index], index) || written.isCut(data[index], index));
    return [{ key, index, units: distance * 10 ** cell.decimals, isAlone, isMixed }];
  });
}

/** More cells than this are how somebody rounds. */
const MOST_LONE = 2;
/** Nearer to a course than so many units a cell is rounded; in a step whose other cells one course gives even nearer. */
const LONE_UNITS = 1;
const ALONE_UNITS = 0.75;
/** On a sheet of fewer cells nothing is learnt from the others. */
const FEWEST_CELLS = 6;

/** One or two cells that only rounding would excuse, while the others are as some course gives them, are slips: nobody rounds so. */
export function findLoneSlips(soft: readonly SoftCell[], numCells: number): readonly SoftCell[] {
  const far = soft.filter(({ units, isAlone }) => units >= (isAlone ? ALONE_UNITS : LONE_UNITS));
  if (far.length > MOST_LONE || numCells < FEWEST_CELLS) return [];
  return far.filter(({ isMixed }) => !isMixed());
}
