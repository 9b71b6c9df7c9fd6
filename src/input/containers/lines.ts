/** The place of a line in a container. */
export interface LinePlace {
  /** Counts from 1: the line in a text file, else the line among all lines of the container. */
  readonly number: number;
  /**
   * The place, if the container has no lines of its own: `sheet "Weights", row 3`, `table 2, row 1`, `cell 4, output`.
   */
  readonly where?: string | undefined;
  /** For a row of a sheet: its number, and the number of columns before its first cell. */
  readonly row?: number;
  readonly firstColumn?: number;
}

/** One line of a container, as text. */
export interface Line extends LinePlace {
  /** The cells of a table are separated by tabs. */
  readonly text: string;
}

/** The content of a container, as lines. */
export interface ContainerText {
  /** The name in messages: "Word document". */
  readonly form: string;
  readonly lines: readonly Line[];
  /** The struck-out text, which `lines` does not contain. */
  readonly struck: readonly Line[];
  /** Other parts that were left out: "the hidden sheet Solutions". */
  readonly omitted: readonly string[];
  /** The tables. `lines` contains their rows too. */
  readonly tables: readonly Table[];
}

/** A table of a document, or a sheet of a workbook. */
export interface Table {
  /** The name in messages: `table 2`, `sheet "Q"`. */
  readonly where: string;
  /** The name of a sheet. */
  readonly name?: string;
  readonly rows: readonly TableRow[];
}

/** A row of a table. */
export interface TableRow {
  readonly cells: readonly string[];
  /** The row's number in its program, from 1. */
  readonly number: number;
}

/** Joins a text to one line and replaces all white space with single spaces. */
export const inOneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Returns the name of a spreadsheet's column: `A` for 0, `AB` for 27. */
export function columnName(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter;
}
