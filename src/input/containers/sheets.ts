import { type Place, refuseBinary } from "../binary/place.js";
import type { ContainerText, Line, Table, TableRow } from "./lines.js";

/** A sheet of a workbook while it is read. */
export interface OpenSheet {
  readonly name: string;
  readonly rows: TableRow[];
  /** How many cells its rows have. */
  count: number;
  readonly struck: { readonly text: string; readonly cell: string }[];
}

/** Which numbers of a workbook are read: as they are shown, which says how they are rounded, or as they are stored. */
export type Numbers = "displayed" | "stored";

/** A sheet with more is a table of data. */
const MOST_CELLS = 100_000;

/** A row of a sheet without the empty cells at its end. Throws SYNTAX for a sheet of more cells than a person fills. */
export function addRow(sheet: OpenSheet, number: number, cells: string[], place: Place): void {
  while (cells.length > 0 && cells[cells.length - 1] === "") cells.pop();
  if (cells.length === 0) return;
  sheet.count += cells.length;
  if (sheet.count > MOST_CELLS) {
    const message = `the sheet "${sheet.name}" has more than ${MOST_CELLS} cells.`;
    refuseBinary(place, "SYNTAX", message, "Save this sheet as CSV.");
  }
  sheet.rows.push({ number, cells });
}

/** What a program calls a sheet by itself, in some languages. */
const UNNAMED = /^(?:sheet|tabelle|feuil|feuille|hoja|foglio|blatt|工作表|лист|planilha|ark|blad)\s*\d*$/i;

/** A sheet in which nothing stands yet. */
export const openSheet = (name: string): OpenSheet => ({ name, rows: [], count: 0, struck: [] });

/** The sheets of a workbook as lines: a row a line, and above a sheet that has a name of its own this name, where there are several. */
export function workbookText(
  form: string,
  sheets: readonly OpenSheet[],
  left: readonly string[],
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
      // Rows that are left empty set apart what stands around them.
      if (index > 0 && number > rows[index - 1].number + 1) push("");
      push(cells.join("\t"), `${where}, row ${number}`);
    }
    push("");
    tables.push({ where, name, rows });
    for (const { text, cell } of sheet.struck)
      struck.push({ number: lines.length, text, where: `${where}, cell ${cell}` });
  }
  return { form, lines, struck, tables, left };
}
