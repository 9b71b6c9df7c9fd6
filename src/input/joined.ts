import { INPUTS, type InputRule } from "../attention/inputs.js";
import { belowEachOther, type Matrix, rowsOf, shapeText, sideBySide, transpose } from "../math/matrix.js";
import type { Span } from "./forms/form.js";
import { partsOf } from "./parts.js";
import { refuseAt } from "./source.js";
import type { SourceMatrix } from "./source-matrices.js";
import type { NumbersValue } from "./value.js";

/** A matrix as the problem uses it, and how its cells came from their source. */
export interface Joined {
  readonly from: SourceMatrix;
  readonly heads: number;
  /** As they stand in the source: one matrix, or one a head. */
  readonly parts: readonly NumbersValue[];
  readonly transposed: boolean;
  /** The parts stand below each other, not side by side. */
  readonly stacked: boolean;
  readonly matrix: Matrix;
  /** Where rows and columns were put in another order: where each stood. */
  readonly rowsFrom?: readonly number[] | undefined;
  readonly colsFrom?: readonly number[] | undefined;
}

/**
 * The matrices of the heads as one, each transposed first if asked: side by side, as x·[W_0 W_1 …]; stacked for a bias,
 * and for W when they are stored out×in. Throws SHAPE_MISMATCH, and what `partsOf` throws.
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

/** A bias of one row for each of n heads could not be told from one of n×m for all: its rows stand there n times. */
export function repeatHeadRows(bias: Joined, numQueries: number): Joined {
  const { heads, parts, matrix } = bias;
  if (heads !== numQueries || matrix.rows !== heads || heads === 1) return bias;
  const rows = parts.map((_, head) => rowsOf(matrix, { first: head, count: 1 }));
  const repeat = <T>(list: readonly T[]) => list.flatMap((one) => Array<T>(numQueries).fill(one));
  return { ...bias, parts: repeat(parts), matrix: belowEachOther(repeat(rows)) };
}

/** The same numbers with rows and columns in another order, which names where each stands now. */
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

/** Where a cell of a joined matrix stands in its source. */
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

/** `query`, `wq of 2 heads`: what a notice calls it. */
export function joinedName(joined: Joined): string {
  const { from, heads } = joined;
  return heads === 1 ? from.name : `${from.name} of ${heads} heads`;
}
