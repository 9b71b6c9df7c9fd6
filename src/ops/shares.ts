import { cellOf, createMatrix, type Matrix } from "../math/matrix.js";
import { constant, type Expression, quotient, sum } from "../trace/expression.js";
import { cell, type Op } from "../trace/op.js";
import { fuseCells } from "./fused-attention.js";

/** Cells of a matrix: for each row the columns that count; a row without any is left out. */
export interface Places {
  readonly name: string;
  readonly columns: readonly (readonly number[])[];
}

/**
 * For each input (a head's weights, n×m) and each of some places, how much of a row's weight lies there, on average over the
 * rows that have such a place; NaN where none has. H inputs → H×places.
 */
export const shares: Op<{ readonly places: readonly Places[] }> = {
  name: "shares",
  shape: ({ length }, { places }) => ({ rows: length, cols: places.length }),
  compute: (inputs, { places }) =>
    sharesOf(
      inputs.map((weights) => (row, col) => cellOf(weights, row, col)),
      places,
    ),
  // Few of the weights are looked at: where they are not kept, no others are made.
  fused({ inputs, params: { places } }, numbers) {
    const cells = inputs.flatMap((weights) => fuseCells(weights, numbers) ?? []);
    return cells.length === inputs.length ? sharesOf(cells, places) : undefined;
  },
  explainCell(inputs, { places }, head, at): Expression {
    const { name, columns } = places[at];
    const rows = columns.filter(({ length }) => length > 0).length;
    if (rows === 0) return constant(Number.NaN, `NaN, because no row has ${name}`);
    const cells = columns.flatMap((own, row) => own.map((col) => cell(inputs, head, row, col)));
    return quotient(sum(cells), constant(rows));
  },
};

type CellsOfWeights = (row: number, col: number) => number;

const sharesOf = (heads: readonly CellsOfWeights[], places: readonly Places[]): Matrix =>
  createMatrix(heads.length, places.length, (head, at) => shareOf(heads[head], places[at]));

function shareOf(weightOf: CellsOfWeights, { columns }: Places): number {
  let total = 0;
  let rows = 0;
  for (const [row, own] of columns.entries()) {
    if (own.length > 0) rows++;
    for (const col of own) total += weightOf(row, col);
  }
  return total / rows;
}
