import { type ContainerText, inOneLine, type Line, type Table, type TableRow } from "./lines.js";

/** A table that is being read. */
interface OpenTable {
  readonly where: string;
  readonly rows: TableRow[];
  /** The cells of the open row. */
  cells?: string[] | undefined;
  /** For each column: in how many further rows a cell that spans rows takes it. */
  reach: number[];
}

/** The maximum number of columns or rows of a merged cell. No person makes larger ones. */
const MAX_SPAN = 100;

/**
 * Builds the text of a document in reading order. Text is added to the open line or the open cell. A table inside a
 * cell means that the outer table is only layout, so the outer cells become lines.
 */
export class Flow {
  private readonly lines: Line[] = [];
  private readonly struck: Line[] = [];
  private readonly tables: Table[] = [];
  private readonly open: OpenTable[] = [];
  private pending = "";
  private struckDepth = 0;
  private struckOut = "";
  private number: number | undefined;
  private rowNumber: number | undefined;
  /** The column of the open cell. */
  private first = 0;

  constructor(private readonly form: string) {}

  append(text: string): void {
    if (this.struckDepth > 0) this.struckOut += text;
    else this.pending += text;
  }

  /** Sets the line number, in the original text, of what is added next. */
  at(line: number): void {
    if (this.pending.trim() === "") this.number = line;
    this.rowNumber ??= line;
  }

  /** Counts the text that `body` adds as struck out. */
  strike(body: () => void): void {
    this.struckDepth++;
    body();
    if (--this.struckDepth === 0) this.endStruck();
  }

  private endStruck(): void {
    const text = inOneLine(this.struckOut);
    this.struckOut = "";
    if (text === "") return;
    const number = this.number ?? this.lines.length + 1;
    this.struck.push({ number, text, where: this.table?.where });
    this.pending += " ";
  }

  private get table(): OpenTable | undefined {
    return this.open.at(-1);
  }

  /** Ends the open line. Inside a cell, a line break becomes a space. */
  endLine(): void {
    if (this.table?.cells) {
      if (this.pending.trim() !== "") this.pending += " ";
      return;
    }
    this.push(this.pending.trimEnd());
    this.pending = "";
    this.number = undefined;
  }

  /** Ends the open line if it has text. */
  endPending(): void {
    if (this.pending.trim() !== "" || this.table?.cells) this.endLine();
    else this.pending = "";
  }

  private push(text: string, where?: string): void {
    const number = this.number ?? this.lines.length + 1;
    this.lines.push({ number, text, where });
  }

  startTable(): void {
    const outer = this.table;
    if (outer?.cells) {
      // The cells before the inner table become lines.
      for (const cell of [...outer.cells, this.pending]) if (cell.trim() !== "") this.push(cell.trim());
      this.pending = "";
      outer.cells = undefined;
    } else this.endPending();
    const where = `table ${this.tables.length + this.open.length + 1}`;
    this.open.push({ where, rows: [], reach: [] });
  }

  endTable(): void {
    this.endRow();
    const table = this.open.pop();
    if (table && table.rows.length > 0) this.tables.push({ where: table.where, rows: table.rows });
    if (table && this.open.length === 0) this.push("");
  }

  startRow(): void {
    if (!this.table) this.startTable();
    this.endRow();
    this.rowNumber = undefined;
    if (this.table) this.table.cells = [];
  }

  /** Starts a cell that spans `wide` columns and `high` rows. */
  startCell(wide = 1, high = 1): void {
    if (!this.table?.cells) this.startRow();
    const { cells = [], reach = [] } = this.table ?? {};
    this.pending = "";
    while (reach[cells.length] > 0) cells.push("");
    const span = Math.min(MAX_SPAN, Math.max(1, wide || 1));
    for (let col = 0; col < span; col++) {
      reach[cells.length] = Math.min(MAX_SPAN, Math.max(1, high || 1));
      cells.push("");
    }
    this.first = cells.length - span;
  }

  endCell(): void {
    if (this.table?.cells?.length) this.table.cells[this.first] = inOneLine(this.pending);
    else this.endPending();
    this.pending = "";
  }

  endRow(): void {
    const { table } = this;
    if (!table?.cells) {
      this.endPending();
      return;
    }
    const { cells, reach } = table;
    while (reach[cells.length] > 1) cells.push("");
    table.reach = reach.map((rows) => Math.max(0, rows - 1));
    const number = table.rows.length + 1;
    if (cells.length > 0) table.rows.push({ cells, number });
    this.number = this.rowNumber;
    if (cells.length > 0) this.push(cells.join("\t").trimEnd(), `${table.where}, row ${number}`);
    table.cells = undefined;
    this.number = undefined;
    this.rowNumber = undefined;
    this.pending = "";
  }

  /** Closes everything that is open and returns the text. */
  finish(): ContainerText {
    while (this.open.length > 0) this.endTable();
    this.endPending();
    const { form, lines, struck, tables } = this;
    return { form, lines, struck, tables, omitted: [] };
  }
}
