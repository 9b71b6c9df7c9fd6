import { cellOf, createBooleanMatrix, createMatrix, type Matrix } from "../math/matrix.js";
import { define } from "./define.js";
import { fuseCells } from "./fused-attention.js";
import { notANumber } from "./heads.js";

/** Cells of a matrix: for each row the columns that count; a row without any is left out. */
export interface Places {
  readonly name: string;
  readonly columns: readonly (readonly number[])[];
}

/**
 * For each input (a head's weights, n×m) and each of some places, how much of a row's weight lies there, on average over the
 * rows that have such a place; NaN where none has. H inputs → H×places.
 */
export const shares = define<{ readonly places: readonly Places[] }>({
  name: "shares",
  of(arrays, inputs, { places }, shapes) {
    const { flags, where, total, divide, joinRows, joinColumns } = arrays;
    const rows = inputs.map((input, index) =>
      joinColumns(
        places.map(({ name, columns }) => {
          const count = columns.filter(({ length }) => length > 0).length;
          if (count === 0) return notANumber(arrays, `no row has ${name}`);
          const { rows, cols } = shapes[index];
          const cells = createBooleanMatrix(rows, cols, (row, col) => columns[row]?.includes(col) === true);
          return divide(total(where(flags(name, cells), input, 0)), count);
        }),
      ),
    );
    return joinRows(rows);
  },
  kernel: (inputs, { places }) =>
    sharesOf(
      inputs.map((weights) => (row, col) => cellOf(weights, row, col)),
      places,
    ),
  // Few of the weights are looked at: where they are not kept, no others are made.
  fused({ inputs, params: { places } }, numbers) {
    const cells = inputs.flatMap((weights) => fuseCells(weights, numbers) ?? []);
    return cells.length === inputs.length ? sharesOf(cells, places) : undefined;
  },
});

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
