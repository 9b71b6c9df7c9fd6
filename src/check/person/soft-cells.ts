import type { Matrix } from "../../math/matrix.js";
import type { JudgedCells } from "./judge-cells.js";
import type { WrittenCells } from "./written-cells.js";

/** A cell that only rounding excuses. */
export interface SoftCell {
  readonly key: string;
  readonly index: number;
  /** Its distance from the nearest version, in units of its last digit. */
  readonly units: number;
  /** Whether one version gives all other cells of the step. */
  readonly isAlone: boolean;
  /** Whether a person who rounds only some of the steps gets it. */
  readonly isMixed: () => boolean;
  /** Whether it is the number of a version with its digits cut off. */
  readonly isCut: boolean;
}

export function softCellsOf(
  written: WrittenCells,
  { near, versions, bits }: JudgedCells,
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
        units: unitsOff(written, versions, index),
        isAlone,
        isMixed: () => isMixed(written, mixtures, index),
        isCut: versions.some(({ data }) => written.isCut(data[index], index)),
      },
    ];
  });
}

/** Returns the distance of a cell from the nearest version, in units of its last digit. */
function unitsOff(
  { answer: { cells, values } }: WrittenCells,
  versions: readonly Matrix[],
  index: number,
): number {
  const distance = Math.min(...versions.map(({ data }) => Math.abs(data[index] - values[index])));
  return distance * 10 ** (cells[index]?.decimals ?? 0);
}

const isMixed = (written: WrittenCells, mixtures: () => readonly Matrix[], index: number): boolean =>
  mixtures().some(({ data }) => written.agrees(data[index], index));

/** The maximum number of such cells that can be slips. If there are more, the person rounds that way. */
const MAX_LONE = 2;
/**
 * The minimum distance of a slip from every version, in units. It is smaller if one version gives all other cells of the
 * step.
 */
const LONE_UNITS = 1;
const ALONE_UNITS = 0.75;
/** The minimum number of cells on a sheet. With fewer, the others show nothing. */
const MIN_CELLS = 6;

/**
 * Finds one or two cells that only rounding would excuse, although some version gives all others. They are slips,
 * because nobody rounds that way. The same is true for a cell that is cut off if the others are rounded.
 */
export function findLoneSlips(
  soft: readonly SoftCell[],
  numCells: number,
  isRounding: boolean,
): readonly SoftCell[] {
  const far = soft.filter(({ units, isAlone }) => units >= (isAlone ? ALONE_UNITS : LONE_UNITS));
  if (far.length > MAX_LONE || numCells < MIN_CELLS) return [];
  return far.filter(({ isMixed, isCut }) => !isMixed() && (isRounding || !isCut));
}
