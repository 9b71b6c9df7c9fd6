import type { TextKernels } from "../../math/kernels/text.js";
import { formatterFor, writeNumbers } from "../../math/kernels/write.js";
import type { BooleanMatrix, Matrix } from "../../math/matrix.js";
import { chooseFormat, type FormatNumber, type Precision, shortest } from "../number.js";
import type { Chunk } from "./format.js";

/** The text around and between the cells of a matrix. */
export interface Marks {
  readonly before?: string;
  /** What a row starts with before its first cell. `rowName` adds a name after it, if rows have names. */
  readonly rowStart?: string;
  rowName?(row: number): string;
  readonly betweenCells: string;
  readonly rowEnd?: string;
  readonly betweenRows: string;
  readonly after: string;
}

/** A chunk is emitted when it reaches this length. */
const CHUNK_LENGTH = 1 << 16;

/** Writes the numbers of a matrix for a program, with these marks around them, in chunks. */
export function writeMatrix(
  matrix: Matrix,
  precision: Precision,
  words: NonFiniteWords,
  marks: Marks,
): Iterable<Chunk> {
  const kernels = precision === "full" && !marks.rowName ? formatterFor(matrix.data.length) : undefined;
  if (kernels) return writeQuickly(kernels, matrix, words, marks);
  return writeGrid(matrix, chooseSpelling(matrix, precision, words), marks);
}

function* writeQuickly(
  kernels: TextKernels,
  { data, cols }: Matrix,
  words: NonFiniteWords,
  { before = "", rowStart = "", betweenCells, rowEnd = "", betweenRows, after }: Marks,
) {
  yield before + rowStart;
  const rowMark = rowEnd + betweenRows + rowStart;
  yield* writeNumbers(kernels, data, cols, { ...words, betweenCells, betweenRows: rowMark });
  yield rowEnd + after;
}

/** Writes the cells of a matrix with these marks around them. Chunks stay short even if a row is long. */
export function* writeGrid(
  { rows, cols, data }: Matrix | BooleanMatrix,
  spell: FormatNumber,
  marks: Marks,
): Generator<string> {
  const { before = "", rowStart = "", betweenCells, rowEnd = "", betweenRows, after } = marks;
  let chunk = before;
  for (let row = 0; row < rows; row++) {
    if (row > 0) chunk += betweenRows;
    chunk += rowStart;
    if (marks.rowName) chunk += marks.rowName(row);
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

/** How a format writes NaN and infinities. */
interface NonFiniteWords {
  readonly nan: string;
  readonly infinity: string;
  readonly minusInfinity: string;
}

/**
 * Chooses how the numbers of a matrix are written for a program. A number that rounds to 0 in the requested decimals is
 * written as 0.
 */
export function chooseSpelling(matrix: Matrix, precision: Precision, words: NonFiniteWords): FormatNumber {
  const finite = precision === "full" ? shortest : chooseFormat([matrix.data], precision, "zero");
  return (value) => {
    if (Number.isFinite(value)) return finite(value);
    if (Number.isNaN(value)) return words.nan;
    return value > 0 ? words.infinity : words.minusInfinity;
  };
}
