import { isMargin } from "./cells.js";
import { gridOfNamedCells } from "./named-cells.js";
import {
  BARS,
  type Grid,
  isListed,
  type Piece,
  pieceOf,
  piecesOf,
  type Rows,
  rowsInLine,
  type Separator,
  separatorsFor,
  withoutBullet,
  withSums,
} from "./pieces.js";
import type { SheetLine } from "./sheet-lines.js";
import { type SplitRow, splitRow, splitText, trimColumns } from "./split-row.js";

/** What may name rows and columns. */
interface Names {
  readonly above: SheetLine | undefined;
  readonly labels: ReadonlySet<string>;
}

/** Every way in which rows can be taken apart, the most literal first. */
export function splitGrid(rows: Rows, labels: ReadonlySet<string>): readonly Grid[] {
  const named = gridOfNamedCells(rows, labels);
  if (named) return [named];
  const { lines } = rows;
  const names = { above: rows.above, labels };
  const texts = lines.flatMap((row) => piecesOf(row, lines.length === 1));
  const summed = withSums(texts);
  if (summed) return splitPieces(summed.rows, names).map((grid) => withColumn(grid, summed.sums));
  const grids = splitPieces(texts, names);
  if (lines.length > 1 || texts.some(({ label }) => label !== undefined)) return grids;
  const whole = pieceOf(lines[0].line, lines[0].from);
  // A single line whose rows end in semicolons may as well be a row between semicolons.
  if (whole.text.includes(";")) return [...grids, ...splitPieces([whole], names)];
  return [...splitPieces(rowsInLine(whole), names), ...grids];
}

/** A grid with the sums of its rows in a column behind it; there may be fewer rows than sums where names stand in the first. */
function withColumn(grid: Grid, sums: readonly Piece[]): Grid {
  const own = sums.slice(sums.length - grid.cells.length);
  const columns = grid.columnLabels ?? grid.cells[0]?.map((_, col) => String(col)) ?? [];
  return {
    ...grid,
    cells: grid.cells.map((row, at) => [...row, own[at]]),
    columnLabels: [...columns, "Σ"],
  };
}

function splitPieces(texts: readonly Piece[], names: Names): readonly Grid[] {
  if (texts.length === 0) return [];
  const isList = texts.length > 1 && texts.every(({ text }, at) => isListed(text, at));
  return (isList ? [texts, texts.map(withoutBullet)] : [texts]).flatMap((starts) =>
    separatorsFor(starts.map(({ text }) => text)).flatMap((separator) => gridsOf(starts, separator, names)),
  );
}

function gridsOf(pieces: readonly Piece[], separator: Separator, { above, labels }: Names): readonly Grid[] {
  const split = pieces.map((piece) => splitRow(piece, separator, labels));
  const rows = nameNumbers(withoutCorner(trimColumns(split, labels)), labels);
  const { decimalComma } = separator;
  const named = rows.filter(({ label }) => label !== undefined);
  const header = above && headerIn(above, separator);
  const cells = rows.map((row) => row.cells);
  if (named.length === rows.length) {
    const rowLabels = rows.map(({ label }) => label ?? "");
    return withHeaders({ cells, rowLabels, decimalComma }, header);
  }
  if (named.length === rows.length - 1 && rows[0].label === undefined && rows.length > 1)
    return [belowNames(rows, labels, decimalComma)];
  const last = rows[rows.length - 1];
  // Sums stand below rows without names.
  if (named.length === 1 && isMargin(last.label)) {
    const rowLabels = rows.map(({ label }, at) => label ?? String(at));
    return withHeaders({ cells, rowLabels, decimalComma }, header);
  }
  if (named.length > 0) {
    // What has a name beside rows without one is told as the cell that is no number.
    return [{ cells: rows.map(({ whole, cells: own }) => whole ?? own), decimalComma }];
  }
  return gridsWithoutNames({ cells, decimalComma }, header, labels);
}

/** Rows with names below a row without one, which is that of the columns where it counts or is made of names. */
function belowNames(rows: readonly SplitRow[], labels: ReadonlySet<string>, decimalComma: boolean): Grid {
  const cells = rows.map((row) => row.cells);
  const rowLabels = rows.slice(1).map(({ label }) => label ?? "");
  const names = rows[0].cells.map(({ text }) => text);
  const columnLabels = names.length === cells[1].length + 1 && names[0] === "" ? names.slice(1) : names;
  const isNames = countsUp(columnLabels) || columnLabels.every((name) => labels.has(name));
  return isNames ? { cells: cells.slice(1), rowLabels, columnLabels, decimalComma } : { cells, decimalComma };
}

/** The ways to read rows without names: as they are, and with a first column, a first row, or both, that name the others. */
function gridsWithoutNames(
  { cells, decimalComma }: Grid,
  header: readonly string[] | undefined,
  labels: ReadonlySet<string>,
): readonly Grid[] {
  const plain = withHeaders({ cells, decimalComma }, header);
  const [top, ...body] = cells;
  const columnOf = (rows: typeof cells) => rows.map((row) => row[0]?.text ?? "");
  const withoutFirst = (rows: typeof cells) => rows.map((row) => row.slice(1));
  const isIndex = (names: readonly string[]) => countsUp(names) || names.every((name) => labels.has(name));
  const [first, names] = [columnOf(cells), top.map(({ text }) => text)];
  const indexed =
    top.length > 1 && isIndex(first)
      ? withHeaders({ cells: withoutFirst(cells), rowLabels: first, decimalComma }, header)
      : [];
  if (body.length === 0) return [...plain, ...indexed];
  const numbered = isIndex(names) ? [{ cells: body, columnLabels: names, decimalComma }] : [];
  const [rowLabels, columnLabels] = [columnOf(body), names.filter((name) => name !== "")];
  const isCornered = names[0] === "" || names.length === body[0].length - 1;
  const hasBoth = body[0].length > 1 && isCornered && isIndex(rowLabels) && isIndex(columnLabels);
  const both = hasBoth ? [{ cells: withoutFirst(body), rowLabels, columnLabels, decimalComma }] : [];
  return [...plain, ...indexed, ...numbered, ...both];
}

/** Rows whose first counts the columns behind a word for the rows: `pos 0 1 2`. The word names no row. */
function withoutCorner(rows: readonly SplitRow[]): readonly SplitRow[] {
  const [top, ...others] = rows;
  const isHeader =
    top?.label !== undefined && others.length > 0 && others.every(({ label }) => label === undefined);
  if (!isHeader || !top.whole || !countsUp(top.cells.map(({ text }) => text))) return rows;
  const [corner, ...cells] = top.whole;
  return [{ cells: [{ ...corner, text: "" }, ...cells] }, ...others];
}

/** Beside rows with names a number is one, too, where it is a token: `[CLS] 1 0`, `12 2 1`. */
function nameNumbers(rows: readonly SplitRow[], labels: ReadonlySet<string>): readonly SplitRow[] {
  const width = rows.find(({ label }) => label !== undefined)?.cells.length;
  return rows.map((row) => {
    const [first, ...cells] = row.cells;
    const isName = row.label === undefined && cells.length === width && labels.has(first.text);
    return isName ? { label: first.text, cells, whole: row.cells } : row;
  });
}

/** 0, 1, 2, …, or 1, 2, 3, … */
function countsUp(texts: readonly string[]): boolean {
  const first = Number(texts[0]);
  return (
    texts.length > 0 &&
    (first === 0 || first === 1) &&
    texts.every((text, index) => text === String(first + index))
  );
}

/** The rows under names of columns, where these go with them: as many as cells, perhaps with a corner before them. */
function withHeaders(grid: Grid, header: readonly string[] | undefined): readonly Grid[] {
  const width = grid.cells[0]?.length ?? 0;
  if (!header) return [grid];
  if (header.length === width) return [{ ...grid, columnLabels: header }];
  if (header.length === width + 1 && (grid.rowLabels || header[0] === ""))
    return [{ ...grid, columnLabels: header.slice(1) }];
  return [grid];
}

function headerIn(line: SheetLine, separator: Separator): readonly string[] | undefined {
  const cells = splitText({ text: line.text, line, at: 0 }, separator).map(({ text }) =>
    text.replace(/^(["'*]+)(.*)\1$/, "$2"),
  );
  const isBarred = new RegExp(`^\\s*[${BARS}]`).test(line.text) && separator.isStrict;
  const trimmed = isBarred && cells[0] === "" ? cells.slice(1) : cells;
  while (trimmed.length > 1 && trimmed[trimmed.length - 1] === "") trimmed.pop();
  return trimmed;
}
