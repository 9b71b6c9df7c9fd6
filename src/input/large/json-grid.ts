import { createNumbers, type GrowingNumbers, takeNumbers } from "../growing.js";
import { scanRow } from "../json/numbers.js";
import { CLOSE_BRACKET, COMMA, type JsonScan, OPEN_BRACKET, skipSpace, startScan } from "../json/scan.js";
import type { Source } from "../source.js";
import type { NumbersValue } from "../value.js";
import type { Piece } from "./pieces.js";

/** What may come next in `[[1, 2], [3, 4]]`. */
type Next = "open" | "row" | "separator" | "end";

interface GridScan {
  readonly numbers: GrowingNumbers;
  next: Next;
  start: number;
  rows: number;
  cols: number;
  firstBoolean: number;
}

/** A JSON matrix from pieces that end with `]`; undefined for anything but rows of numbers of one length. */
export function readGrid(
  source: Source,
  pieces: Iterable<Piece>,
  nullIsNaN: boolean,
): NumbersValue | undefined {
  // Not with a spread of the source, which would read the whole file for its bytes.
  const { name, kind } = source;
  const numbers = createNumbers();
  const grid: GridScan = { numbers, next: "open", start: 0, rows: 0, cols: 0, firstBoolean: -1 };
  let after = 0;
  for (const piece of pieces) {
    const { firstBoolean } = grid;
    const scan = {
      ...startScan({ name, kind, bytes: piece.bytes }, 0, nullIsNaN),
      numbers,
      ...piece,
      firstBoolean,
    };
    if (!scanPiece(grid, scan)) return undefined;
    grid.firstBoolean = scan.firstBoolean;
    after = piece.after;
  }
  if (grid.next !== "end" || after > 0) return undefined;
  const { start, rows, cols, firstBoolean } = grid;
  return { kind: "numbers", start, rows, cols, data: takeNumbers(numbers), flat: false, firstBoolean };
}

function scanPiece(grid: GridScan, scan: JsonScan): boolean {
  const { cursor } = scan;
  for (let byte = skipSpace(scan); byte !== -1; byte = skipSpace(scan)) {
    if (grid.next === "row" && byte === OPEN_BRACKET) {
      const count = scanRow(scan, grid.start);
      if (count < 0 || (grid.rows > 0 && count !== grid.cols)) return false;
      grid.cols = count;
      grid.rows++;
      grid.next = "separator";
      continue;
    }
    if (grid.next === "separator" && byte === COMMA) grid.next = "row";
    else if (grid.next === "separator" && byte === CLOSE_BRACKET) grid.next = "end";
    else if (grid.next === "open" && byte === OPEN_BRACKET) {
      grid.start = scan.before + cursor.position;
      grid.next = "row";
    } else return false;
    cursor.position++;
  }
  return true;
}
