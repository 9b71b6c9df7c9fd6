import type { Matrix } from "../../math/matrix.js";
import { QUOTE, TAB } from "../bytes.js";
import { type Source, textOf } from "../source.js";
import { gridValue } from "../value.js";
import { describeRows } from "./described-rows.js";
import type { FormOptions, Parsed } from "./form.js";
import { delimiterOf } from "./form-names.js";
import { headerNamesIndex, isHeader } from "./layout.js";
import { type Delimiter, hasComments, type RowSpan, rowsOf, splitRow } from "./rows.js";
import { type RowScan, takeRows } from "./scan-rows.js";

/** What the first two rows of a table in lines show. */
export interface RowPlan {
  readonly delimiter: Delimiter;
  readonly header: readonly string[] | undefined;
  /** The number of cells in the first row. */
  readonly cells: number;
  /** The byte at which the rows of numbers start. */
  readonly start: number;
  /** The first rows, at most two. */
  readonly first: readonly RowSpan[];
  /** Whether there are comment lines above it. */
  readonly comments: boolean;
  /** Whether the fast path is worth trying: the first rows have no quotes, no blank line and no decimal commas. */
  readonly isPlain: boolean;
}

/** Examines the first two rows. Returns undefined if there is no row. */
export function planRows(bytes: Uint8Array, options: FormOptions): RowPlan | undefined {
  const [first, second] = rowsOf(bytes);
  if (!first) return undefined;
  const delimiter = chooseDelimiter(bytes, second ? [first, second] : [first], options);
  const top = splitRow(textOf(bytes, first.start, first.end), delimiter);
  const header = second && isHeader(top, options.header) ? top : undefined;
  const quoted = bytes.subarray(first.start, (second ?? first).end).includes(QUOTE);
  const start = header && second ? second.start : first.start;
  // A blank row, on a sheet.
  const isBlankAbove = options.emptyCells === "unanswered" && bytes.subarray(0, first.start).includes(TAB);
  return {
    delimiter,
    header,
    cells: top.length,
    start,
    first: second ? [first, second] : [first],
    comments: hasComments(bytes.subarray(0, start)),
    isPlain: !quoted && !second?.afterBlank && !options.decimalComma && !isBlankAbove,
  };
}

/** Builds the parse result of the fast path. Returns undefined if the header does not fit the numbers. */
export function describePlain(source: Source, plan: RowPlan, scan: RowScan): Parsed | undefined {
  const { delimiter, header, start } = plan;
  const table = takeRows(scan);
  if (!table) return undefined;
  const indexCols = headerNamesIndex(header, table.cols) ? 1 : 0;
  // One name above two columns needs the thorough path.
  if (indexCols === 1 && header?.length === 1) return undefined;
  if (header && header.length !== table.cols && indexCols === 0) return undefined;
  return describeRows(source, gridValue(start, dropColumns(table, indexCols)), {
    delimiter,
    layout: {
      headerRows: header ? 1 : 0,
      indexCols,
      labels: undefined,
      names: header?.slice(header.length - (table.cols - indexCols)),
    },
    decimalComma: false,
    comments: plan.comments || scan.comments,
  });
}

/**
 * Returns the delimiter: the first of tab, semicolon and comma that occurs outside quotes in the first two rows, else a
 * space.
 */
function chooseDelimiter(bytes: Uint8Array, rows: readonly RowSpan[], options: FormOptions): Delimiter {
  const whole = rows.map((row) => textOf(bytes, row.start, row.end).replace(/"[^"]*"/g, ""));
  // On a sheet, the last cell of a row may be blank, so keep the white space there.
  const text = (options.emptyCells === "unanswered" ? whole : whole.map((row) => row.trim())).join("\n");
  const said = delimiterOf(options.form);
  if (said) return said;
  const candidates: readonly Delimiter[] = options.decimalComma ? ["\t", ";"] : ["\t", ";", ","];
  return candidates.find((candidate) => text.includes(candidate)) ?? " ";
}

function dropColumns(table: Matrix, count: number): Matrix {
  if (count === 0) return table;
  const { rows, cols, data } = table;
  const kept = cols - count;
  const rest = new Float64Array(rows * kept);
  for (let row = 0; row < rows; row++) {
    rest.set(data.subarray(row * cols + count, (row + 1) * cols), row * kept);
  }
  return { rows, cols: kept, data: rest };
}
