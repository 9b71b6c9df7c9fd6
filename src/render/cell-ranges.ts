import { present, sumOver, upTo } from "../math/lists.js";
import { type BooleanMatrix, isTrue } from "../math/matrix.js";
import { type Range, rangesOf } from "../math/ranges.js";
import { remember } from "../math/remember.js";
import type { Axes, Axis } from "../trace/trace.js";
import { labelsOf } from "./label.js";

/** Rows with the same columns, and those columns. */
export interface Block {
  readonly rows: readonly Range[];
  readonly columns: readonly Range[];
}

/** Groups the marked cells into few blocks, in the order of their first rows. */
export function blocksOf(cells: BooleanMatrix) {
  const rowsByColumns = new Map<string, { rows: number[]; columns: readonly Range[] }>();
  for (let row = 0; row < cells.rows; row++) {
    const columns = rangesOf(upTo(cells.cols).filter((col) => isTrue(cells, row, col)));
    if (columns.length === 0) continue;
    remember(rowsByColumns, String(columns), () => ({ rows: [], columns })).rows.push(row);
  }
  return Array.from(rowsByColumns.values(), ({ rows, columns }) => ({ rows: rangesOf(rows), columns }));
}

/** The maximum number of blocks, and of ranges in one, that are listed. For more, a count says more. */
const MOST_SHOWN = 4;

/** Writes "row study × all columns; rows please, man × column study". An axis with one position is left out. */
export function describeBlocks(
  { rows, cols }: BooleanMatrix,
  blocks: readonly Block[],
  [rowAxis, columnAxis]: Axes,
) {
  const texts = blocks.slice(0, MOST_SHOWN).map((block) => {
    const sides = present([
      rows > 1 && describeSide("row", block.rows, rows, rowAxis),
      cols > 1 && describeSide("column", block.columns, cols, columnAxis),
    ]);
    return sides.every((side) => side.startsWith("all ")) ? "all" : sides.join(" × ");
  });
  const rest = sumOver(blocks.slice(MOST_SHOWN), (block) => countPositions(block.rows));
  return present([...texts, rest > 0 && `… ${rest} more rows`]).join("; ");
}

function describeSide(what: string, ranges: readonly Range[], length: number, axis: Axis) {
  const count = countPositions(ranges);
  if (count === length) return `all ${what}s`;
  return `${what}${count > 1 ? "s" : ""} ${describeRanges(ranges, axis)}`;
}

/** Writes "0, 2…5" with indices or labels. */
function describeRanges(ranges: readonly Range[], axis: Axis) {
  const labels = labelsOf(axis);
  const texts = ranges.slice(0, MOST_SHOWN).map(([first, last]) => {
    if (first === last) return labels.at(first);
    return `${labels.at(first)}${last === first + 1 ? ", " : "…"}${labels.at(last)}`;
  });
  const rest = countPositions(ranges.slice(MOST_SHOWN));
  return present([...texts, rest > 0 && `… ${rest} more`]).join(", ");
}

const countPositions = (ranges: readonly Range[]) => sumOver(ranges, ([first, last]) => last - first + 1);
