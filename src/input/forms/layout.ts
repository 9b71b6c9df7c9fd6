import { isBlank } from "../blank.js";
import { isSign, startsLikeNumber } from "../cell.js";

/** The parts of a table other than its numbers. */
export interface Layout {
  /** The number of rows with column names at the top: 0 or 1. */
  readonly headerRows: number;
  /** The number of columns with row names or row numbers at the left: 0 or 1. */
  readonly indexCols: number;
  /** The names of the rows, if the index column has names and not only numbers. */
  readonly labels: readonly string[] | undefined;
  /** The names of the columns, if there is a header row. */
  readonly names?: readonly string[] | undefined;
}

/** The layout of a text that contains only numbers. */
export const NO_LAYOUT: Layout = { headerRows: 0, indexCols: 0, labels: undefined };

/** Returns the remarks and labels for a layout. */
export function describeLayout({ headerRows, indexCols, labels, names }: Layout) {
  return {
    remarks: [
      ...(headerRows > 0 ? ["header row dropped"] : []),
      ...(indexCols > 0 ? [labels ? "first column read as labels" : "index column dropped"] : []),
    ],
    labels,
    columnLabels: names,
  };
}

/**
 * Whether a row has column names; a row of data must follow. No cell may start like a number, so that a mistyped number
 * is never taken for a name. No cell may be a part of a factor (`e+03 *`).
 */
export function isHeader(first: readonly string[], given: boolean | undefined): boolean {
  const [corner, ...names] = first;
  // The header that pandas writes for columns without names: nothing above the index, then 0, 1, 2, …
  const isNumbered = corner === "" && names.length > 0 && counts(names);
  const isNamed = first.some((cell) => cell !== "") && !first.some(startsLikeNumber);
  const isSlip = (cell: string) => isSign(cell) || /^(?:\*|e[-+]\d+(?:\s*\*)?)$/i.test(cell);
  return given ?? ((isNumbered || isNamed) && !first.some(isSlip) && !first.every(isBlank));
}

const counts = (words: readonly string[]) => words.every((word, index) => word === String(index));

/**
 * Whether the first row is pandas' printed header of columns without names: 0, 1, 2, … above rows with one more cell,
 * the index.
 */
function countsColumns([first, ...rows]: readonly (readonly string[])[]): boolean {
  if (!counts(first) || rows.some((row) => row.length !== first.length + 1)) return false;
  const index = rows.map((row) => row[0]);
  return counts(index) || !index.some(startsLikeNumber);
}

/**
 * Finds the header row and the index column. The first column is an index if all its cells are names, or if the header
 * implies it. With `mayLackNames`, some names may be missing.
 */
export function findLayout(
  cells: readonly (readonly string[])[],
  header: boolean | undefined,
  mayLackNames = false,
): Layout {
  const hasHeader = cells.length > 1 && (isHeader(cells[0], header) || countsColumns(cells));
  const body = hasHeader ? cells.slice(1) : cells;
  const top = hasHeader ? cells[0] : undefined;
  const width = body[0]?.length ?? 0;
  const column = body.map((row) => row[0] ?? "");
  const isNoName = (cell: string) => (cell === "" && !mayLackNames) || startsLikeNumber(cell);
  // The same sign before every row is not a label.
  const isMark = isSign(column[0] ?? "") && column.every((cell) => cell === column[0]);
  const hasIndex =
    width > 1 &&
    !isMark &&
    (headerNamesIndex(top, width) || !column.some(isNoName)) &&
    !column.every(isBlank);
  return {
    headerRows: hasHeader ? 1 : 0,
    indexCols: hasIndex ? 1 : 0,
    labels: hasIndex && !column.every(startsLikeNumber) ? column : undefined,
    names: top?.slice(Math.max(0, top.length - width + (hasIndex ? 1 : 0))),
  };
}

/**
 * Whether the header implies an index column, as in pandas and R. The header then has one cell less than the rows, or
 * its first cell is empty.
 */
export function headerNamesIndex(header: readonly string[] | undefined, width: number): boolean {
  if (!header) return false;
  return (
    header.length === width - 1 ||
    (header.length === width && header[0] === "" && header.some((name) => name !== ""))
  );
}
