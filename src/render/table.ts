import { alignTo } from "./label.js";

export type Align = "left" | "right";

/** Blank columns between two columns of a table. */
export const GAP = 2;

/** cli-table3 takes time that grows with n³, so larger tables use the quick writer. */
const MOST_CELLS_FOR_CLI_TABLE = 150;

/** A column of cells, and the width of the widest. Cells may be painted, but contain no line breaks. */
export interface Column {
  readonly align: Align;
  readonly cells: readonly string[];
  readonly width: number;
}

/**
 * Aligns columns of equal length, and returns their lines without trailing blanks. cli-table3 draws them, unless there
 * are many cells or a table is written in full, block after block.
 */
export async function alignColumns(columns: readonly Column[], isFull = false): Promise<string[]> {
  const count = columns.length * columns[0].cells.length;
  return isFull || count > MOST_CELLS_FOR_CLI_TABLE ? alignQuickly(columns) : alignByCliTable(columns);
}

/** Returns the same lines as cli-table3, in time that grows with the number of cells. */
export function alignQuickly(columns: readonly Column[]) {
  const gap = " ".repeat(GAP);
  return columns[0].cells.map((_, row) => {
    let line = "";
    for (const { align, cells, width } of columns) {
      // A column flush right includes its gap in its padding.
      if (align === "right") line += alignTo(cells[row], width + GAP, align);
      else line += gap + alignTo(cells[row], width, align);
    }
    return line.slice(GAP).trimEnd();
  });
}

/** Aligns columns with cli-table3, which is loaded with the first table. */
export async function alignByCliTable(columns: readonly Column[]): Promise<string[]> {
  const { default: Table } = await import("cli-table3");
  const table = new Table({
    chars: { ...NO_BORDERS, middle: " ".repeat(GAP) },
    colAligns: columns.map((column) => column.align),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0, compact: true },
  });
  table.push(...columns[0].cells.map((_, row) => columns.map((column) => column.cells[row])));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}

const BORDERS =
  "top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid";

const NO_BORDERS = Object.fromEntries(BORDERS.split(" ").map((name) => [name, ""]));
