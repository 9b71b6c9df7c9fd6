import { refuseLine } from "../../forms/lines.js";
import { isMark, isNumberCell } from "../cells.js";
import type { SheetLine } from "../sheet-lines.js";

/** `s11`, `S_{1,2}`, `PE(0, 3)`, `q1·k2` before the first equals sign. */
const PLACE =
  /^\s*(?:[-*•]\s+)?(\p{L}[\p{L}′']{0,5})(?:_?\{?(\d)(\d)\}?|_?[[({](\d{1,2})\s*,\s*(\d{1,2})[\])}]|_?(\d{1,2})\s*[·*.×]?\s*(\p{L})_?(\d{1,2}))\s*=/u;

/** What stands between the place of a cell and its number: the arithmetic that leads there. */
const ARITHMETIC = /^(?:[\d\s.+\-−·×*/÷()^√=]|e\^|exp|sqrt|sin|cos)*$/;

interface PlacedCell {
  readonly name: string;
  readonly row: number;
  readonly col: number;
  readonly number: string;
  readonly line: SheetLine;
}

/**
 * The lines of a sheet in which cells that stand one in a line, `s11 = 1·1 + 0·1 = 1`, are rows. Of arithmetic its result
 * counts. Other lines stay as they are. Throws DUPLICATE_KEY for a cell that stands twice.
 */
export function rowsOfCellLines(lines: readonly SheetLine[]): readonly SheetLine[] {
  const result: SheetLine[] = [];
  for (let index = 0; index < lines.length; ) {
    const cells = cellsFrom(lines.slice(index));
    const rows = cells.length > 1 ? rowsOf(cells) : undefined;
    result.push(...(rows ?? [lines[index]]));
    index += rows ? cells.length : 1;
  }
  return result;
}

/** The cells of one matrix in the first lines. */
function cellsFrom(lines: readonly SheetLine[]): readonly PlacedCell[] {
  const cells: PlacedCell[] = [];
  for (const line of lines) {
    const cell = cellIn(line);
    if (!cell || cell.name !== (cells[0] ?? cell).name) break;
    cells.push(cell);
  }
  return cells;
}

function cellIn(line: SheetLine): PlacedCell | undefined {
  const found = PLACE.exec(line.text);
  if (!found) return undefined;
  const [all, name, ...groups] = found;
  const numbers = groups.filter((group) => /^\d/.test(group ?? ""));
  const [row, col] = numbers.map(Number);
  const rest = line.text.slice(all.length).trim();
  const at = rest.lastIndexOf("=");
  const [working, number] = [rest.slice(0, at + 1), rest.slice(at + 1).trim()];
  if (!(isNumberCell(number) || isMark(number)) || !ARITHMETIC.test(working)) return undefined;
  return { name: name + (groups[5] ?? ""), row, col, number, line };
}

/** The rows of cells whose first is called 0 or 1; what is not there is not answered. */
function rowsOf(cells: readonly PlacedCell[]): readonly SheetLine[] | undefined {
  const first = Math.min(...cells.flatMap(({ row, col }) => [row, col]));
  if (first > 1) return undefined;
  const rows = 1 + Math.max(...cells.map(({ row }) => row)) - first;
  const cols = 1 + Math.max(...cells.map(({ col }) => col)) - first;
  const table = new Map<string, PlacedCell>();
  for (const cell of cells) {
    const place = `${cell.row - first},${cell.col - first}`;
    if (table.has(place)) {
      const message = `the cell ${cell.row}, ${cell.col} of ${cell.name} is given twice.`;
      refuseLine(cell.line, "DUPLICATE_KEY", message, "Leave one of them out.");
    }
    table.set(place, cell);
  }
  return Array.from({ length: rows }, (_, row) => {
    const own = Array.from({ length: cols }, (_, col) => table.get(`${row},${col}`));
    const line = own.find((cell) => cell !== undefined)?.line ?? cells[0].line;
    return { ...line, text: own.map((cell) => cell?.number ?? "-").join("\t") };
  });
}
