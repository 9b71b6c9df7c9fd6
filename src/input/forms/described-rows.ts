import type { Source } from "../source.js";
import type { NumbersValue } from "../value.js";
import { cutRow } from "./cut-row.js";
import { type Parsed, rememberLast } from "./form.js";
import { describeLayout, type Layout } from "./layout.js";
import { spanIn } from "./lines.js";
import { type Delimiter, lineAt, rowsOf } from "./rows.js";

const NAMES: Readonly<Record<Delimiter, string>> = {
  ",": "CSV",
  "\t": "tab-separated text",
  ";": "semicolon-separated text",
  " ": "space-separated text",
};

/** How a table was written. */
interface Written {
  readonly delimiter: Delimiter;
  readonly layout: Layout;
  readonly decimalComma: boolean;
  /** Whether there are comment lines among its rows. */
  readonly comments: boolean;
  /** Whether rows may be blank: a line with only delimiters is then a row. */
  readonly hasBlankRows?: boolean;
}

/**
 * Builds the parse result of a table in lines. Rows are found in the source only when the place of a cell is needed.
 */
export function describeRows(
  source: Source,
  value: NumbersValue,
  { delimiter, layout, decimalComma, comments, hasBlankRows = false }: Written,
): Parsed {
  const { headerRows, indexCols } = layout;
  const { remarks, ...names } = describeLayout(layout);
  const rowStarts = rememberLast(() =>
    Float64Array.from(rowsOf(source.bytes, 0, hasBlankRows ? delimiter : " "), (row) => row.start),
  );
  const cellsAt = rememberLast((start) => cutRow(lineAt(source, start), delimiter));
  return {
    source,
    value,
    form: NAMES[delimiter],
    remarks: [
      ...remarks,
      ...(comments ? ["comment lines dropped"] : []),
      ...(decimalComma ? ["read with decimal commas"] : []),
    ],
    ...names,
    decimalComma,
    spanOf(numbers, cell) {
      const row = Math.floor(cell / value.cols) + headerRows;
      return spanIn(cellsAt(rowStarts(numbers.start)[row]), (cell % value.cols) + indexCols);
    },
  };
}
