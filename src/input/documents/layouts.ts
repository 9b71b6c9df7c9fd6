import { sumOver } from "../../math/lists.js";
import type { Shape } from "../../math/matrix.js";
import { cellsCountUp } from "./count-up.js";
import { type Cell, type Cells, type Item, inRows } from "./items.js";
import { isBehind, numbersOf } from "./runs.js";
import type { TitledRun } from "./titles.js";

/**
 * How the rows of an item are written:
 * - `whole`, `transposed`: all rows, or the transposed matrix.
 * - `flat`: all cells in one line; `column`: one number per line.
 * - `numbered`, `summed`: each row with its number before it, or its sum behind it.
 * - `corners`: the edges of a large matrix, as programs print it, `[1 2 3 ... 7 8 9]`.
 * - `rows`, `cell`: some of the rows, or one cell.
 * - `misshapen`: has the name of the item, but another shape.
 * - `free`: an item whose shape is not known yet.
 */
export type Layout =
  | "whole"
  | "transposed"
  | "flat"
  | "column"
  | "numbered"
  | "summed"
  | "corners"
  | "rows"
  | "cell"
  | "misshapen"
  | "free";

/** One way to read rows as an item. */
export interface LayoutMatch {
  readonly layout: Layout;
  readonly cells: Cells;
  /** The evidence from its shape. */
  readonly score: number;
  readonly isWhole: boolean;
  /** The share of the matrix that was found. */
  readonly share: number;
}

/** How a sheet tends to be written. */
export interface Habits {
  /** The share of non-square matrices that are transposed. */
  readonly transposedShare: number;
}

// The evidence from each shape. Set on the forms of test/support/document-forms.ts.
const WHOLE = 2.6;
const WHOLE_TABLE = 3;
const TRANSPOSED = 2.2;
const TRANSPOSED_SQUARE = 2.5;
const TRANSPOSED_BY_NAME = 1.5;
const SQUARE_NAMED_TRANSPOSED = -2;
const FLAT = 1.6;
const COLUMN = 1.4;
const NUMBERED = 3.1;
const SUMMED = 3;
const PART = 3;
const PART_COST = 1;
const NAMED_CELL = 2.4;
const CELL = -3;

/** Rows of one width, and what is known about them. */
interface Rows {
  readonly runs: readonly TitledRun[];
  readonly cells: Cells;
  /** How strongly the first row is named like the item, and whether no other name there is stronger. */
  readonly named: number;
  readonly isNamedBest: boolean;
  /** Whether a row of column numbers is above them. */
  readonly isBelowHeader: boolean;
  /** Whether more rows like them come before or after. */
  readonly isCut: boolean;
}

/** Returns the ways to read rows of one width as an item. */
export function layoutsOf(rows: Rows, { shape, isInput }: Item, habits: Habits): readonly LayoutMatch[] {
  if (!shape) return freeLayouts(rows);
  return [
    // Below numbered columns, rows that begin with their number contain more than the matrix.
    ...(rows.isBelowHeader && areNumbered(rows.cells)
      ? []
      : wholeLayouts(rows, shape, isInput ? ALWAYS : habits)),
    ...listedLayouts(rows, shape),
    ...framedLayouts(rows, shape),
    ...cornersLayouts(rows, shape),
    ...partLayouts(rows, shape),
  ];
}

const whole = (layout: Layout, score: number, cells: Cells): LayoutMatch => ({
  layout,
  cells,
  score,
  isWhole: true,
  share: 1,
});

/** An input is compared with its numbers, which show whether it is transposed. */
const ALWAYS: Habits = { transposedShare: 1 };

function wholeLayouts(
  { runs, cells, isCut }: Rows,
  { rows, cols }: Shape,
  { transposedShare }: Habits,
): readonly LayoutMatch[] {
  const [{ isTransposed }] = runs;
  const isSquare = rows === cols;
  const found: LayoutMatch[] = [];
  const width = cells[0].length;
  if (width === cols && cells.length === rows) {
    const score = rows > 1 && cols > 1 ? WHOLE_TABLE : WHOLE;
    found.push(whole("whole", score + (isSquare && isTransposed ? SQUARE_NAMED_TRANSPOSED : 0), cells));
  }
  // Only a whole block can be transposed, not some rows of a larger block.
  const mayBeTransposed = isTransposed || (isSquare ? transposedShare > 0.5 : !isCut);
  if (mayBeTransposed && width === rows && cells.length === cols) {
    const score = (isSquare ? TRANSPOSED_SQUARE : TRANSPOSED) + (isTransposed ? TRANSPOSED_BY_NAME : 0);
    found.push(whole("transposed", score, transposed(cells)));
  }
  return found;
}

const transposed = (cells: Cells): Cells => cells[0].map((_, col) => cells.map((row) => row[col]));

/** Reads all cells from one row, or from one column. */
function listedLayouts({ cells }: Rows, { rows, cols }: Shape): readonly LayoutMatch[] {
  if (rows === 1 || cols === 1) return [];
  const isRow = cells.length === 1 && cells[0].length === rows * cols;
  const isColumn = cells[0].length === 1 && cells.length === rows * cols;
  if (!isRow && !isColumn) return [];
  const table = inRows(cells.flat(), { rows, cols });
  return [whole(isRow ? "flat" : "column", isRow ? FLAT : COLUMN, table)];
}

/** Reads rows with their number before them, or with their sum behind them. */
function framedLayouts({ cells }: Rows, { rows, cols }: Shape): readonly LayoutMatch[] {
  if (cells[0].length !== cols + 1 || cells.length !== rows) return [];
  const found: LayoutMatch[] = [];
  if (areCounted(cells))
    found.push(
      whole(
        "numbered",
        NUMBERED,
        cells.map((row) => row.slice(1)),
      ),
    );
  // One row may have a wrong sum.
  const sums = cells.filter(endsInSum).length;
  if (cols > 1 && sums > 0 && sums >= rows - 1)
    found.push(
      whole(
        "summed",
        SUMMED,
        cells.map((row) => row.slice(0, -1)),
      ),
    );
  return found;
}

/** Whether rows are counted by their first cells. */
const areCounted = (cells: Cells): boolean => cells.length > 1 && cellsCountUp(cells.map(([cell]) => cell));

/** Whether rows begin with increasing whole numbers. Numbers may be missing. */
const areNumbered = (cells: Cells): boolean =>
  cells.every(([cell], row) => cell?.decimals === 0 && cell.value > (cells[row - 1]?.[0]?.value ?? -1));

/** The maximum rounding error in a sum behind its row. */
const SUM_TOLERANCE = 0.04;

/** Whether the last cell of a row is the sum of the others. */
export function endsInSum(row: readonly Cell[]): boolean {
  const sum = sumOver(row.slice(0, -1), (cell) => cell?.value ?? Number.NaN);
  return Math.abs(sum - (row.at(-1)?.value ?? Number.NaN)) < SUM_TOLERANCE;
}

/**
 * Reads the first and last rows and columns of a large matrix. The middle that a program left out becomes blank cells.
 */
function cornersLayouts({ runs }: Rows, { rows, cols }: Shape): readonly LayoutMatch[] {
  // Most sheets have no such sign, and long ones are read in many ways.
  if (!runs.some(({ before }) => before.some(({ text }) => text.includes(".")))) return [];
  const table: Cell[][] = [];
  let [middle, below]: readonly (number | undefined)[] = [];
  for (const run of runs) {
    // The sign that programs print for the middle of a large array.
    const isGap = run.before
      .map(({ text }) => text)
      .join("")
      .includes("...");
    const isRow = table.length === 0 || isBehind(run, "open", "line");
    if (isGap && !isRow) middle = table[table.length - 1].length;
    if (isGap && isRow && table.length > 0) below = table.length;
    if (isRow) table.push([]);
    table[table.length - 1].push(...numbersOf(run));
  }
  if (middle === undefined && below === undefined) return [];
  const wide = table.map((row) => widened(row, middle, cols, null));
  const all = widened(wide, below, rows, widened<Cell>([], 0, cols, null));
  const isAll = all.length === rows && all.every((row) => row.length === cols);
  return isAll ? [whole("corners", WHOLE, all)] : [];
}

/** Fills a list up to a size with blanks at an index. */
const widened = <Of>(list: readonly Of[], at: number | undefined, size: number, blank: Of): readonly Of[] =>
  at === undefined ? list : list.toSpliced(at, 0, ...Array(Math.max(0, size - list.length)).fill(blank));

function partLayouts(
  { runs, cells, named, isNamedBest }: Rows,
  { rows, cols }: Shape,
): readonly LayoutMatch[] {
  const width = cells[0].length;
  const part = (layout: Layout, score: number, share: number): LayoutMatch => ({
    ...whole(layout, score, cells),
    isWhole: false,
    share,
  });
  const found: LayoutMatch[] = [];
  const share = cells.length / rows;
  if (width === cols && cells.length < rows && cols > 1)
    found.push(part("rows", PART * share - PART_COST, share));
  if (width === 1 && cells.length === 1 && rows * cols > 1) {
    const [{ before, depth }] = runs;
    // The number follows directly: `= 0.5`, or `sum 7.14`.
    const isBehindName =
      before.at(-1)?.kind === "relation" ||
      depth > 0 ||
      (before.at(-1)?.kind === "word" && Math.max(0, ...runs[0].clauseNames.values()) > 0.9);
    const isNamed = named >= 0.75 && isNamedBest && isBehindName;
    found.push(part("cell", isNamed ? NAMED_CELL / (rows * cols) : CELL, 1 / (rows * cols)));
  }
  const isOther = width !== cols || cells.length > rows;
  if ((cells.length > 1 || rows === 1) && width > 1 && isOther && named > 0.7)
    found.push(part("misshapen", 0.2 * cells.length, 1));
  return found;
}

/**
 * A name with a single number behind it, alone in its line: `Q: 1`. Of the small letters only q counts, because others
 * may be numbers, like k keys.
 */
const ONE_NUMBER_OF = /^\s*(?:q|[A-Z]|d[A-Z]|\p{L}{3,})\s*[:=]\s*$/u;

/** Returns the layout for an item without a known shape. More cells score higher. */
function freeLayouts({ runs, cells, named, isBelowHeader }: Rows): readonly LayoutMatch[] {
  const width = cells[0].length;
  const [{ opens, closes, clause }] = runs;
  if (cells.length === 1 && width === 1 && (opens === 0 || closes === 0) && !ONE_NUMBER_OF.test(clause))
    return [];
  const isNumbered = isBelowHeader && cells.length > 1 && width > 1 && areCounted(cells);
  const kept = isNumbered ? cells.map((row) => row.slice(1)) : cells;
  const size = (isNumbered ? 0.5 : 0.4) * cells.length * Math.sqrt(width);
  return [whole(isNumbered ? "numbered" : "free", (named < 0.3 ? -2 : 1) + size, kept)];
}
