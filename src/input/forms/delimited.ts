import { plainText } from "../decode.js";
import { refuseAt, type Source, textOf } from "../source.js";
import type { NumbersValue } from "../value.js";
import { hasDecimalCommas, mixesCommasAndSpaces, refuseMixedCommas } from "./decimal-comma.js";
import { type Form, type FormOptions, type Parsed, rememberLast } from "./form.js";
import { findLayout, headerNamesIndex, isHeader, type Layout } from "./layout.js";
import { cellSpan, type Delimiter, hasComments, type RowSpan, rowsOf, splitRow, withBytes } from "./rows.js";
import { type NumberTable, scanRows } from "./scan-rows.js";
import { readTable, type TextTable } from "./table.js";

const NAMES: Readonly<Record<Delimiter, string>> = {
  ",": "CSV",
  "\t": "tab-separated text",
  ";": "semicolon-separated text",
  " ": "space-separated text",
};

const QUOTE = 34;

/** One row a line, cells separated by tabs, semicolons, commas or spaces, with or without names of rows and columns. */
export const delimited: Form = {
  name: "CSV",
  looksLike: () => true,
  parse(given, options) {
    const source = withBytes(given, plainText(given.bytes));
    const [first, second] = rowsOf(source.bytes);
    if (!first) {
      return refuseAt(
        source,
        0,
        "EMPTY_MATRIX",
        `${options.subject}: the text is empty.`,
        "Give at least one number.",
      );
    }
    const delimiter = chooseDelimiter(source.bytes, second ? [first, second] : [first], options);
    const quoted = source.bytes.includes(QUOTE);
    const quick =
      quoted || options.decimalComma ? undefined : parseNumbers(source, delimiter, first, second, options);
    return quick ?? parseCells(source, delimiter, quoted, options);
  },
};

/** The first of tab, semicolon and comma that stands outside quotes in the first two rows. */
function chooseDelimiter(bytes: Uint8Array, rows: readonly RowSpan[], options: FormOptions): Delimiter {
  const text = rows
    .map((row) =>
      textOf(bytes, row.start, row.end)
        .trim()
        .replace(/"[^"]*"/g, ""),
    )
    .join("\n");
  const candidates: readonly Delimiter[] = options.decimalComma ? ["\t", ";"] : ["\t", ";", ","];
  return candidates.find((candidate) => text.includes(candidate)) ?? " ";
}

/** The quick way, for plain numbers below at most one header row; undefined when the text holds anything else. */
function parseNumbers(
  source: Source,
  delimiter: Delimiter,
  first: RowSpan,
  second: RowSpan | undefined,
  options: FormOptions,
): Parsed | undefined {
  const top = splitRow(source.bytes, first, delimiter);
  const header = second && isHeader(top, options.header) ? top : undefined;
  const start = header && second ? second.start : first.start;
  const table = second?.afterBlank ? undefined : scanRows(source.bytes, start, delimiter);
  if (!table) return undefined;
  const indexCols = headerNamesIndex(header, table.cols) ? 1 : 0;
  if (header && header.length !== table.cols && indexCols === 0) return undefined;
  const value: NumbersValue = {
    kind: "numbers",
    start,
    flat: false,
    firstBoolean: -1,
    ...dropColumns(table, indexCols),
  };
  return describe(
    source,
    delimiter,
    value,
    { headerRows: header ? 1 : 0, indexCols, labels: undefined },
    false,
  );
}

function dropColumns(table: NumberTable, count: number): NumberTable {
  if (count === 0) return table;
  const { rows, cols, data } = table;
  const kept = cols - count;
  const rest = new Float64Array(rows * kept);
  for (let row = 0; row < rows; row++) {
    rest.set(data.subarray(row * cols + count, (row + 1) * cols), row * kept);
  }
  return { rows, cols: kept, data: rest };
}

/** The thorough way: every cell as text first. */
async function parseCells(
  source: Source,
  delimiter: Delimiter,
  quoted: boolean,
  options: FormOptions,
): Promise<Parsed> {
  const { bytes } = source;
  const spans = [...rowsOf(bytes)];
  refuseBlankLines(source, spans, options.subject);
  const cells = quoted
    ? (await import("./quoted.js")).splitQuoted(source, delimiter)
    : spans.map((row) => splitRow(bytes, row, delimiter));
  if (cells.length !== spans.length) {
    const hint = "Check the quotes: what stands in them belongs to one cell, line breaks included.";
    refuseAt(
      source,
      spans[0].start,
      "SYNTAX",
      `${options.subject}: the quotes of this text do not add up.`,
      hint,
    );
  }
  const layout = findLayout(cells, options.header);
  const { headerRows, indexCols } = layout;
  const table: TextTable = {
    source,
    cells: cells.slice(headerRows).map((row) => row.slice(indexCols)),
    spanOf: (row, col) => cellSpan(bytes, spans[row + headerRows].start, delimiter, col + indexCols),
  };
  if (delimiter === "," && !quoted) refuseMixed(source, spans.slice(headerRows));
  const decimalComma = options.decimalComma || hasDecimalCommas(table);
  const value = readTable(table, { ...options, decimalComma });
  return describe(source, delimiter, value, layout, decimalComma);
}

function describe(
  source: Source,
  delimiter: Delimiter,
  value: NumbersValue,
  layout: Layout,
  decimalComma: boolean,
): Parsed {
  const { headerRows, indexCols, labels } = layout;
  const dropped = [
    ...(headerRows > 0 ? ["header row dropped"] : []),
    ...(indexCols > 0 ? [labels ? "first column read as labels" : "index column dropped"] : []),
    ...(hasComments(source.bytes) ? ["comment lines dropped"] : []),
  ];
  const rowStarts = rememberLast(() => Float64Array.from(rowsOf(source.bytes), (row) => row.start));
  return {
    source,
    value,
    form: NAMES[delimiter],
    remarks: [...dropped, ...(decimalComma ? ["read with decimal commas"] : [])],
    ...(labels && { labels }),
    decimalComma,
    spanOf(numbers, cell) {
      const row = Math.floor(cell / value.cols) + headerRows;
      const start = rowStarts(numbers.start)[row];
      return cellSpan(source.bytes, start, delimiter, (cell % value.cols) + indexCols);
    },
  };
}

/** Lines set apart are two matrices, or one with a gap: only when every line is set apart they are one. */
function refuseBlankLines(source: Source, rows: readonly RowSpan[], subject: string): void {
  const gaps = rows.filter((row) => row.afterBlank);
  if (gaps.length === 0 || gaps.length === rows.length - 1) return;
  refuseAt(
    source,
    gaps[0].start,
    "AMBIGUOUS",
    `${subject}: a blank line stands before this row: it is one matrix with a gap, or two.`,
    "Remove the blank line, or put each matrix in a file of its own.",
  );
}

function refuseMixed(source: Source, rows: readonly RowSpan[]): void {
  const mixed = rows.find((row) => mixesCommasAndSpaces(textOf(source.bytes, row.start, row.end)));
  if (mixed) refuseMixedCommas(source, mixed.start, textOf(source.bytes, mixed.start, mixed.end).trim());
}
