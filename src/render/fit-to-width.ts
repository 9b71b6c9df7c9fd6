import { sumOver, upTo } from "../math/lists.js";
import { GAP } from "./table.js";

/** A column of a table: its position, or the gap where some are left out. */
export type Slot = number | "gap";

const MOST_ROWS = 16;
const EDGE_ROWS = 3;
const MOST_BLOCKS = 3;

/** The rows that are shown, and how many of them come before the gap, if there is one. */
export interface ShownRows {
  readonly rows: readonly number[];
  readonly gapAfter?: number;
}

/** Chooses the rows to show: all, or the first and last three if there are more than 16. */
export function fitRows(rows: number, full: boolean): ShownRows {
  if (full || rows <= MOST_ROWS) return { rows: upTo(rows) };
  return { rows: [...upTo(EDGE_ROWS), ...upTo(rows, rows - EDGE_ROWS)], gapAfter: EDGE_ROWS };
}

interface ColumnsToFit {
  /** `cols`: the columns of the table itself. `edges`: the columns at its right edge. */
  readonly cols: number;
  readonly edges: number;
  /** The width left beside the row labels, and beside labels cut to one character. */
  readonly room: number;
  readonly mostRoom: number;
  readonly gapWidth: number;
  /** Whether the middle is left out if there are more than a few blocks. */
  readonly elidable: boolean;
  widthOf(col: number): number;
}

/** Splits the columns into blocks that fit the width. Each block is a part of the table below the previous one. */
export function* fitColumns(table: ColumnsToFit): Generator<Slot[]> {
  const total = table.cols + table.edges;
  const blocks: Slot[][] = [];
  for (let start = 0; start < total; ) {
    const block = fillBlock(table, start, total);
    start += block.length;
    if (!table.elidable) yield block;
    else if (blocks.push(block) > MOST_BLOCKS) return yield* elideColumns(table);
  }
  yield* blocks;
}

function fillBlock(table: ColumnsToFit, start: number, total: number): number[] {
  let end = start + 1;
  for (let used = table.widthOf(start); end < total; end++) {
    used += GAP + table.widthOf(end);
    if (used > table.room) break;
  }
  return upTo(end, start);
}

/** Shows as many first and last columns as fit. The edges are beside them, or below if there is no room. */
function* elideColumns(table: ColumnsToFit): Generator<Slot[]> {
  const { cols, widthOf } = table;
  const edges = upTo(cols + table.edges, cols);
  const edgesWidth = sumOver(edges, (col) => GAP + widthOf(col));
  const hasEdges = widthOf(0) + GAP + table.gapWidth + edgesWidth <= table.room;
  let used = widthOf(0) + GAP + table.gapWidth + (hasEdges ? edgesWidth : 0);
  let first = 1;
  let last = cols;
  while (first < last) {
    const fromEnd = cols - last < first;
    used += GAP + widthOf(fromEnd ? last - 1 : first);
    if (used > table.room) break;
    if (fromEnd) last--;
    else first++;
  }
  const gap: Slot[] = widthOf(0) + GAP + table.gapWidth <= table.mostRoom ? ["gap"] : [];
  yield [...upTo(first), ...gap, ...upTo(cols, last), ...(hasEdges ? edges : [])];
  if (!hasEdges && edges.length > 0) yield edges;
}
