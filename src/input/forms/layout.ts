import { isBlank } from "../blank.js";
import { isSign, startsLikeNumber } from "../cell.js";

/** What the cells of a text are besides numbers. */
export interface Layout {
  /** How many rows at the top are names of columns: 0 or 1. */
  readonly headerRows: number;
  /** How many columns at the left are names or numbers of rows: 0 or 1. */
  readonly indexCols: number;
  /** The names of the rows, when the index column holds names and not just numbers. */
  readonly labels: readonly string[] | undefined;
  /** The names of the columns, when a row of names stands above them. */
  readonly names?: readonly string[] | undefined;
}

/** Of a text that holds nothing but its numbers. */
export const NO_LAYOUT: Layout = { headerRows: 0, indexCols: 0, labels: undefined };

/** What is said of a text in which such a layout was found. */
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
 * True for a row of column names: no cell starts like a number, so that a mistyped number is never taken for a name, or what was left of a
 * factor (`e+03 *`). A row of data must follow.
 */
export function isHeader(first: readonly string[], given: boolean | undefined): boolean {
  const [corner, ...names] = first;
  // What pandas writes above columns without names: nothing above the index, then 0, 1, 2, …
  const isNumbered = corner === "" && names.length > 0 && counts(names);
  const isNamed = first.some((cell) => cell !== "") && !first.some(startsLikeNumber);
  const isSlip = (cell: string) => isSign(cell) || /^(?:\*|e[-+]\d+(?:\s*\*)?)$/i.test(cell);
  return given ?? ((isNumbered || isNamed) && !first.some(isSlip) && !first.every(isBlank));
}

const counts = (words: readonly string[]) => words.every((word, index) => word === String(index));

/** What pandas prints above columns without names: 0, 1, 2, … above rows that are one cell longer, for their index. */
function countsColumns([first, ...rows]: readonly (readonly string[])[]): boolean {
  if (!counts(first) || rows.some((row) => row.length !== first.length + 1)) return false;
  const index = rows.map((row) => row[0]);
  return counts(index) || !index.some(startsLikeNumber);
}

/**
 * Finds header row and index column. The first column is an index when it is all names, or when the header says so; with `mayLackNames` some of
 * them may be left out.
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
  // The same sign before every row is no label.
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

/** As pandas and R write it: the header is one cell shorter than the rows, or nothing stands above the index. */
export function headerNamesIndex(header: readonly string[] | undefined, width: number): boolean {
  if (!header) return false;
  return (
    header.length === width - 1 ||
    (header.length === width && header[0] === "" && header.some((name) => name !== ""))
  );
}
