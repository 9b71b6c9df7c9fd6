import { present, upTo } from "../../math/lists.js";
import { PLAIN_PAINTER } from "../color.js";
import { type Pen, UNICODE_GLYPHS } from "../pen.js";
import { fitRows, hiddenText, withGap } from "../sheet.js";
import { sheetOf, type Table } from "../table-sheets.js";

/** A table as texts, independent of the output format. */
export interface CellTable {
  readonly heads: readonly string[];
  readonly rows: readonly CellLine[];
  /** Lines below the others: sums of columns. */
  readonly feet: readonly CellLine[];
  /** Notes below the table: what was left out, and what its signs mean. */
  readonly remarks: readonly string[];
}

interface CellLine {
  readonly name: string;
  readonly cells: readonly string[];
}

/** A page has room for every text. */
const PEN: Pen = {
  width: Number.POSITIVE_INFINITY,
  glyphs: UNICODE_GLYPHS,
  painter: PLAIN_PAINTER,
  spell: (text) => text,
};

/** Returns the cells of a table for a page. The middle of a large one is left out, unless everything is requested. */
export function cellsOf(table: Table): CellTable {
  const sheet = sheetOf(table, PEN);
  const { rows, cols, edges, full, elidable, rowLabels, feet, note } = sheet;
  const gap = PEN.glyphs.ellipsis;
  const shown = fitRows(rows, full);
  const across = fitRows(cols, full || !elidable);
  const places = [...across.rows, ...upTo(cols + edges, cols)];
  const columns = places.map((place) => {
    const { head, cells } = sheet.column(place);
    return [head, ...withGap(cells(shown.rows), shown.gapAfter, gap)].map((text) => text.trim());
  });
  const names = [...withGap(shown.rows.map(rowLabels.at), shown.gapAfter, gap), ...feet];
  const lineAt = (at: number) =>
    withGap(
      columns.map((column) => column[at]),
      across.gapAfter,
      gap,
    );
  const lines = names.map((name, at): CellLine => ({ name, cells: lineAt(at + 1) }));
  const end = names.length - feet.length;
  const hidden = hiddenText(rows - shown.rows.length, cols - across.rows.length);
  return {
    heads: lineAt(0),
    rows: lines.slice(0, end),
    feet: lines.slice(end),
    remarks: present([note, hidden]),
  };
}
