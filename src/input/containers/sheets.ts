import { type Place, refuseBinary } from "../binary/place.js";
import type { ContainerText, Line, Table, TableRow } from "./lines.js";

/** A sheet of a workbook that is being read. */
export interface OpenSheet {
  readonly name: string;
  readonly rows: TableRow[];
  /** The total number of cells in its rows. */
  count: number;
  readonly struck: { readonly text: string; readonly cell: string }[];
}

/** Which numbers of a workbook are read: the displayed ones, which show how they are rounded, or the stored ones. */
export type Numbers = "displayed" | "stored";

/** The maximum number of cells in a sheet. A sheet with more is a table of data. */
const MAX_CELLS = 100_000;

/** Adds a row to a sheet, without the empty cells at its end. Throws SYNTAX if the sheet has too many cells. */
export function addRow(sheet: OpenSheet, number: number, cells: string[], place: Place): void {
  while (cells.length > 0 && cells[cells.length - 1] === "") cells.pop();
  if (cells.length === 0) return;
  sheet.count += cells.length;
  if (sheet.count > MAX_CELLS) {
    const message = `the sheet "${sheet.name}" has more than ${MAX_CELLS} cells.`;
    refuseBinary(place, "SYNTAX", message, "Save this sheet as CSV.");
  }
  sheet.rows.push({ number, cells });
}

/** Default names that programs give to sheets, in several languages. */
const UNNAMED = /^(?:sheet|tabelle|feuil|feuille|hoja|foglio|blatt|工作表|лист|planilha|ark|blad)\s*\d*$/i;

/** Returns an empty sheet. */
export const openSheet = (name: string): OpenSheet => ({ name, rows: [], count: 0, struck: [] });

/**
 * Returns the sheets of a workbook as lines, one row per line. If there are several, a sheet whose name is not a
 * default one has it as the line above.
 */
export function workbookText(
  form: string,
  sheets: readonly OpenSheet[],
  omitted: readonly string[],
): ContainerText {
  const filled = sheets.filter(({ rows }) => rows.length > 0);
  const lines: Line[] = [];
  const push = (text: string, where?: string) => lines.push({ number: lines.length + 1, text, where });
  const struck: Line[] = [];
  const tables: Table[] = [];
  for (const sheet of filled) {
    const { name, rows } = sheet;
    const where = `sheet "${name}"`;
    if (filled.length > 1 && !UNNAMED.test(name)) push(name, where);
    for (const [index, { number, cells }] of rows.entries()) {
      // Keep empty rows as a blank line, because they separate blocks.
      if (index > 0 && number > rows[index - 1].number + 1) push("");
      push(cells.join("\t"), `${where}, row ${number}`);
    }
    push("");
    tables.push({ where, name, rows });
    for (const { text, cell } of sheet.struck)
      struck.push({ number: lines.length, text, where: `${where}, cell ${cell}` });
  }
  return { form, lines, struck, tables, omitted };
}
