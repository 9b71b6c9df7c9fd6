/** One line of a container as text. */
export interface Line {
  /** From 1: of a text the line in the file, else the line among all lines that were made of the container. */
  readonly number: number;
  /** Tabs stand between the cells of a table. */
  readonly text: string;
  /** Where it stands in what has no lines: `sheet "Weights", row 3`, `table 2, row 1`, `cell 4, output`. */
  readonly where?: string | undefined;
}

/** What a container holds, as lines. */
export interface ContainerText {
  /** As messages name it: "Word document". */
  readonly form: string;
  readonly lines: readonly Line[];
  /** What was struck out, and is not in the lines. */
  readonly struck: readonly Line[];
  /** What else was left out: "the hidden sheet Solutions". */
  readonly left: readonly string[];
  /** The tables, by the lines that they take. */
  readonly tables: readonly Table[];
}

/** A table of a document, or a sheet of a workbook. */
export interface Table {
  /** As messages name it: `table 2`, `sheet "Q"`. */
  readonly where: string;
  /** Of a sheet its own name. */
  readonly name?: string;
  readonly rows: readonly TableRow[];
}

/** A row of a table. */
export interface TableRow {
  readonly cells: readonly string[];
  /** From 1, as the program that wrote it counts. */
  readonly number: number;
}

/** Where a line of a text that was made of a container stands in it. */
export interface LinePlace {
  readonly number: number;
  readonly where?: string | undefined;
  /** Of a row of a sheet: its number, and how many columns stand before its first cell. */
  readonly row?: number;
  readonly firstColumn?: number;
}

/** A text in one line, with one blank for all white space. */
export const inOneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** `A` of 0, `AB` of 27: as spreadsheets call their columns. */
export function columnName(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter;
}
