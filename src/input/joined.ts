import { INPUTS, type InputRule } from "../attention/inputs.js";
import { belowEachOther, type Matrix, rowsOf, shapeText, sideBySide, transpose } from "../math/matrix.js";
import type { Span } from "./forms/form.js";
import { partsOf } from "./parts.js";
import { refuseAt } from "./source.js";
import type { SourceMatrix } from "./source-matrices.js";
import type { NumbersValue } from "./value.js";

/** A matrix as the problem uses it, and where its cells are in the source. */
export interface Joined {
  readonly from: SourceMatrix;
  readonly heads: number;
  /** The matrices as in the source: one, or one per head. */
  readonly parts: readonly NumbersValue[];
  readonly transposed: boolean;
  /** Whether the parts are joined below each other, not side by side. */
  readonly stacked: boolean;
  readonly matrix: Matrix;
  /** If rows or columns were reordered: the original index of each. */
  readonly rowsFrom?: readonly number[] | undefined;
  readonly colsFrom?: readonly number[] | undefined;
}

/**
 * Joins the matrices of the heads into one, each transposed first if asked. They are side by side, as in x·[W_0 W_1 …],
 * or stacked for a bias, and for W if it is stored out×in. Throws SHAPE_MISMATCH, and the errors of `partsOf`.
 */
export function joinParts(from: SourceMatrix, transposed: boolean, layout: unknown): Joined {
  const parts = partsOf(from.value, from.name, from.parsed.source, from.isPerHead);
  const matrices: Matrix[] = parts.map((part) => (transposed ? transpose(part) : part));
  const { perHead }: InputRule = INPUTS[from.name];
  const stacked = perHead === "rows" || (perHead === "as-stored" && layout === "out-in");
  const side = stacked ? "cols" : "rows";
  const odd = matrices.findIndex((matrix) => matrix[side] !== matrices[0][side]);
  if (odd >= 0) {
    const shapes = `${shapeText(matrices[odd])}, of head 0 ${shapeText(matrices[0])}`;
    const message = `${from.name} of head ${odd} is ${shapes}: the heads are joined, so their ${stacked ? "columns" : "rows"} must match.`;
    const hint = "Give every head a matrix of the same shape.";
    refuseAt(from.parsed.source, parts[odd].start, "SHAPE_MISMATCH", message, hint);
  }
  const join = stacked ? belowEachOther : sideBySide;
  const [first] = matrices;
  const matrix =
    matrices.length === 1 ? { rows: first.rows, cols: first.cols, data: first.data } : join(matrices);
  return { from, heads: parts.length, parts, transposed, stacked, matrix };
}

/**
 * Repeats the rows of a bias with one row per head: each n times. Otherwise one row for each of n heads looks like one
 * n×m bias for all heads.
 */
export function repeatHeadRows(bias: Joined, numQueries: number): Joined {
  const { heads, parts, matrix } = bias;
  if (heads !== numQueries || matrix.rows !== heads || heads === 1) return bias;
  const rows = parts.map((_, head) => rowsOf(matrix, { first: head, count: 1 }));
  const repeat = <T>(list: readonly T[]) => list.flatMap((one) => Array<T>(numQueries).fill(one));
  return { ...bias, parts: repeat(parts), matrix: belowEachOther(repeat(rows)) };
}

/** Reorders rows and columns. The new matrix also keeps the original index of each. */
export function reorderCells(
  joined: Joined,
  rowsFrom: readonly number[] | undefined,
  colsFrom: readonly number[] | undefined,
): Joined {
  const { rows, cols, data } = joined.matrix;
  const ordered = Float64Array.from(data, (_, at) => {
    const [row, col] = [Math.floor(at / cols), at % cols];
    return data[(rowsFrom?.[row] ?? row) * cols + (colsFrom?.[col] ?? col)];
  });
  return { ...joined, matrix: { rows, cols, data: ordered }, rowsFrom, colsFrom };
}

/** Returns the place in the source of a cell of a joined matrix. */
export function spanOfCell(joined: Joined, givenRow: number, givenCol: number): Span {
  const { from, parts, transposed, stacked, rowsFrom, colsFrom } = joined;
  const [row, col] = [rowsFrom?.[givenRow] ?? givenRow, colsFrom?.[givenCol] ?? givenCol];
  let first = 0;
  for (const part of parts) {
    const rows = transposed ? part.cols : part.rows;
    const cols = transposed ? part.rows : part.cols;
    const [inRow, inCol] = stacked ? [row - first, col] : [row, col - first];
    if (inRow < rows && inCol < cols) {
      return from.parsed.spanOf(part, transposed ? inCol * part.cols + inRow : inRow * part.cols + inCol);
    }
    first += stacked ? rows : cols;
  }
  return { start: parts[0].start, end: parts[0].start };
}

/** Returns the name for notices: `query`, `wq of 2 heads`. */
export function joinedName(joined: Joined): string {
  const { from, heads } = joined;
  return heads === 1 ? from.name : `${from.name} of ${heads} heads`;
}
