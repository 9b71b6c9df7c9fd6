import type { Matrix } from "../../math/matrix.js";
import type { JudgedCells } from "./judge-cells.js";
import type { WrittenCells } from "./written-cells.js";

/** A cell that only rounding excuses, and that is far from every version. */
export interface SoftCell {
  readonly key: string;
  readonly index: number;
  /** Whether it is a slip if the other cells of the sheet are rounded, or cut. */
  readonly isSlip: (isRounding: boolean) => boolean;
}

/** The minimum distance of such a cell from every version, in units of its last digit. */
const LONE_UNITS = 1;
/** The same if one version gives all other cells of the step. */
const ALONE_UNITS = 0.75;

/** Returns such cells of a step. `mixtures` is the step as computed by persons who round only some of the steps. */
export function softCellsOf(
  written: WrittenCells,
  { near, versions, bits }: JudgedCells,
  mixtures: () => readonly Matrix[],
): readonly SoftCell[] {
  const { key, cells, values } = written.answer;
  const fewest = bits.filter((by) => by > 0).length === 1 ? ALONE_UNITS : LONE_UNITS;
  const isFar = (index: number) => {
    const distance = Math.min(...versions.map(({ data }) => Math.abs(data[index] - values[index])));
    return distance * 10 ** (cells[index]?.decimals ?? 0) >= fewest;
  };
  return written.answered
    .filter((index) => near[index] && isFar(index))
    .map((index) => {
      const isMixed = () => mixtures().some((made) => written.agrees(made, index));
      const isCut = versions.some(({ data }) => written.isCut(data[index], index));
      return { key, index, isSlip: (isRounding) => !isMixed() && (isRounding || !isCut) };
    });
}

/** The maximum number of such cells that can be slips. If there are more, the person rounds that way. */
const MAX_LONE = 2;
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
  if (soft.length > MAX_LONE || numCells < MIN_CELLS) return [];
  return soft.filter(({ isSlip }) => isSlip(isRounding));
}
