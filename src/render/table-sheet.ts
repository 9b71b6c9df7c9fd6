import type { MarkedTable, MatrixTable, MeasureTable } from "./document.js";
import { markedSheet } from "./marked-table.js";
import { matrixSheet, measureSheet } from "./matrix-table.js";
import type { Pen } from "./pen.js";
import { type Sheet, writeSheet } from "./sheet.js";

export type Table = MatrixTable | MeasureTable | MarkedTable;

/** Returns a table with its texts, before it is known how much of it is shown. */
export function sheetOf(table: Table, pen: Pen): Sheet {
  switch (table.kind) {
    case "matrix":
      return matrixSheet(table, pen);
    case "measures":
      return measureSheet(table, pen);
    case "marked":
      return markedSheet(table, pen);
  }
}

/** Writes the lines of a table for a terminal. */
export const writeTable = (table: Table, pen: Pen): AsyncGenerator<string> =>
  writeSheet(sheetOf(table, pen), pen);
