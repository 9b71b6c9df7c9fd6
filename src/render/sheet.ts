import { counted, setting } from "../errors.js";
import { present, sumOver, upTo } from "../math/lists.js";
import { rangeText } from "../math/ranges.js";
import { remember } from "../math/remember.js";
import { type Labels, truncate, widest, widthOf } from "./label.js";
import { type Pen, write } from "./pen.js";
import { type Align, alignColumns, type Column, GAP } from "./table.js";
import { wrapSpans, wrapText } from "./wrap.js";

/** A table ready to be fitted to a width. The content of a column is computed only when it is shown. */
export interface Sheet {
  readonly rows: number;
  readonly cols: number;
  /** The number of columns after `cols`, at the right edge. */
  readonly edges: number;
  readonly rowLabels: Labels;
  /** Labels of the lines below the table. */
  readonly feet: readonly string[];
  /** Whether to show every row and column, in as many blocks as needed. */
  readonly full: boolean;
  /** Whether its columns are of the same kind, so that the middle may be left out. */
  readonly elidable: boolean;
  /** The note below the table, which explains its signs. */
  readonly note?: string | undefined;
  column(col: number): SheetColumn;
}

export interface SheetColumn {
  readonly head: string;
  /** Whether the head is a title. A title is wrapped if it is too long, but a label is cut. */
  readonly isTitled?: boolean;
  readonly align: Align;
  /** Returns the painted cells of these rows, then those of the lines below the table. */
  cells(rows: readonly number[]): string[];
}

interface HeadedColumn extends Column {
  /** The lines of its head. */
  readonly heads: readonly string[];
}

/** The maximum width of a column because of its head. A longer head is wrapped or cut. */
const WIDEST_HEAD = 16;

/** Writes the table in column blocks, and a last line that says what was left out. */
export async function* writeSheet(sheet: Sheet, pen: Pen): AsyncGenerator<string> {
  const rows = fitRows(sheet.rows, sheet.full);
  const labels = labelColumn(sheet, rows, pen);
  const labelWidth = Math.min(labels.width, shareOf(pen));
  const built = new Map<number, HeadedColumn>();
  const columnAt = (col: number) => remember(built, col, () => buildColumn(sheet.column(col), rows, pen));
  const gap = gapColumn(labels.cells.length, pen);
  const shown = new Set<number>();
  for (const block of fitColumns({
    ...sheet,
    gapWidth: gap.width,
    room: pen.width - GAP - labelWidth,
    mostRoom: pen.width - GAP - 1,
    widthOf: (col) => columnAt(col).width,
  })) {
    const caption = sheet.elidable ? captionOf(block, sheet.cols) : undefined;
    if (caption) yield `${shown.size > 0 ? "\n" : ""}${write(pen, "dim", caption)}\n`;
    const columns = block.map((slot) => (slot === "gap" ? gap : columnAt(slot)));
    yield await writeBlock(sheet, pen, labels, columns);
    for (const col of block.filter((slot) => slot !== "gap")) {
      shown.add(col);
      built.delete(col);
    }
  }
  const hidden = hiddenText(sheet.rows - rows.rows.length, sheet.cols + sheet.edges - shown.size);
  for (const remark of [hidden, sheet.note]) if (remark) yield `${wrapText(pen, "dim", remark).join("\n")}\n`;
}

/** Writes one block: the heads, a rule, the rows, and after another rule the feet. */
async function writeBlock(
  sheet: Sheet,
  pen: Pen,
  labels: Column,
  columns: readonly HeadedColumn[],
): Promise<string> {
  const used = columns.reduce((sum, column) => sum + GAP + column.width, 0);
  const room = Math.max(1, Math.min(pen.width - used, shareOf(pen)));
  const names = labels.cells.map((name) => truncate(name, room, pen.glyphs.cut));
  const label = (text: string) => pen.painter.paint("label", text);
  const height = Math.max(...columns.map(({ heads }) => heads.length));
  const blanks = (count: number): string[] => new Array(count).fill("");
  const lines = await alignColumns(
    [
      { align: labels.align, cells: [...blanks(height), ...names.map(label)], width: widest(names) },
      ...columns.map(({ heads, align, cells, width }) => ({
        align,
        width,
        cells: [...blanks(height - heads.length), ...heads.map(label), ...cells],
      })),
    ],
    sheet.full,
  );
  const rule = pen.painter.paint("dim", pen.glyphs.rule.repeat(widest(names) + used));
  const end = lines.length - sheet.feet.length;
  const parts = [lines.slice(0, height), lines.slice(height, end), lines.slice(end)].filter(
    (part) => part.length > 0,
  );
  return `${parts.map((part) => part.join("\n")).join(`\n${rule}\n`)}\n`;
}

/** Row labels get at most a third of the width. */
const shareOf = (pen: Pen) => Math.floor(pen.width / 3);

function labelColumn({ rowLabels, feet }: Sheet, { rows, gapAfter }: ShownRows, pen: Pen): Column {
  const names = rows.map((row) => pen.spell(rowLabels.at(row)));
  const cells = withGap([...names, ...feet.map(pen.spell)], gapAfter, pen.glyphs.ellipsis);
  return { align: rowLabels.align, cells, width: widest(cells) };
}

function buildColumn(column: SheetColumn, { rows, gapAfter }: ShownRows, pen: Pen): HeadedColumn {
  const cells = withGap(column.cells(rows), gapAfter, pen.glyphs.ellipsis);
  const width = widest(cells);
  const heads = fitHead(column, Math.max(width, WIDEST_HEAD), pen);
  return { heads, align: column.align, cells, width: Math.max(width, widest(heads)) };
}

function fitHead({ head, isTitled }: SheetColumn, room: number, pen: Pen): readonly string[] {
  if (!isTitled) return [truncate(pen.spell(head), room, pen.glyphs.cut)];
  return wrapSpans({ ...pen, width: room }, [{ text: head, tone: "plain" }]);
}

/** Inserts a sign at the place where items are left out, if any are. */
export function withGap<T>(list: readonly T[], gapAfter: number | undefined, gap: T): readonly T[] {
  return gapAfter === undefined ? list : list.toSpliced(gapAfter, 0, gap);
}

function gapColumn(length: number, { glyphs: { ellipsis } }: Pen): HeadedColumn {
  const cells = new Array<string>(length).fill(ellipsis);
  return { heads: [ellipsis], align: "right", cells, width: widthOf(ellipsis) };
}

/** Returns "columns 0–6 of 12" for one of several blocks. */
function captionOf(block: readonly Slot[], cols: number): string | undefined {
  const positions = block.filter((slot) => slot !== "gap").filter((col) => col < cols);
  if (block.includes("gap") || positions.length === 0 || positions.length === cols) return undefined;
  const text = rangeText([positions[0], positions[positions.length - 1]]);
  return `${positions.length === 1 ? "column" : "columns"} ${text} of ${cols}`;
}

/** Says what was left out of a table: "58 more rows". */
export function hiddenText(moreRows: number, moreCols: number): string | undefined {
  const parts = present([
    moreRows > 0 && counted(moreRows, "more row"),
    moreCols > 0 && counted(moreCols, "more column"),
  ]);
  return parts.length === 0 ? undefined : `${parts.join(", ")}: ${setting("full")}`;
}

/** A column of a table: its position, or the gap where some are left out. */
type Slot = number | "gap";

const MOST_ROWS = 16;
const EDGE_ROWS = 3;
const MOST_BLOCKS = 3;

/** The rows that are shown, and how many of them come before the gap, if there is one. */
interface ShownRows {
  readonly rows: readonly number[];
  readonly gapAfter?: number;
}

/** Chooses the rows to show: all, or the first and last three if there are more than 16. */
export function fitRows(rows: number, full: boolean): ShownRows {
  if (full || rows <= MOST_ROWS) return { rows: upTo(rows) };
  return { rows: [...upTo(EDGE_ROWS), ...upTo(rows, rows - EDGE_ROWS)], gapAfter: EDGE_ROWS };
}

interface ColumnsToFit extends Sheet {
  /** The width left beside the row labels, and beside labels cut to one character. */
  readonly room: number;
  readonly mostRoom: number;
  readonly gapWidth: number;
  widthOf(col: number): number;
}

/** Splits the columns into blocks that fit the width. Each block is a part of the table below the previous one. */
function* fitColumns(table: ColumnsToFit): Generator<Slot[]> {
  const total = table.cols + table.edges;
  const blocks: Slot[][] = [];
  for (let start = 0; start < total; ) {
    const block = fillBlock(table, start, total);
    start += block.length;
    if (!table.elidable || table.full) yield block;
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
