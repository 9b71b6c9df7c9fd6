import type { Matrix } from "../../math/matrix.js";
import { chooseFormat, type FormatNumber, formatExact, type Precision } from "../number.js";

/** What stands around and between the cells of a matrix as text. */
export interface Marks {
  readonly before?: string;
  /** What a row starts with, when it is more than its first cell. */
  rowStart?(row: number): string;
  readonly betweenCells: string;
  readonly rowEnd?: string;
  readonly betweenRows: string;
  readonly after: string;
}

/** A chunk is handed on when it has grown to this length. */
const CHUNK_LENGTH = 1 << 16;

/** The cells of a matrix with these marks around them, in chunks, however long a row is. */
export function* writeGrid(matrix: Matrix, spell: FormatNumber, marks: Marks): Generator<string> {
  const { rows, cols, data } = matrix;
  const { before = "", betweenCells, rowEnd = "", betweenRows, after } = marks;
  let chunk = before;
  for (let row = 0; row < rows; row++) {
    if (row > 0) chunk += betweenRows;
    if (marks.rowStart) chunk += marks.rowStart(row);
    for (let col = 0; col < cols; col++) {
      if (col > 0) chunk += betweenCells;
      chunk += spell(data[row * cols + col]);
      if (chunk.length < CHUNK_LENGTH) continue;
      yield chunk;
      chunk = "";
    }
    chunk += rowEnd;
  }
  yield chunk + after;
}

/** How a format spells what is no finite number; −∞ is the infinity with a minus before it. */
export interface NonFiniteWords {
  readonly nan: string;
  readonly infinity: string;
}

/** How the numbers of a matrix are written where a program will read them. */
export function chooseSpelling(matrix: Matrix, precision: Precision, words: NonFiniteWords): FormatNumber {
  const finite = precision === "full" ? formatExact : chooseFormat([matrix.data], precision);
  return (value) => {
    if (Number.isFinite(value)) return finite(value);
    if (Number.isNaN(value)) return words.nan;
    return value > 0 ? words.infinity : `-${words.infinity}`;
  };
}
