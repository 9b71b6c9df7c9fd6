import { cellOf, createBooleanMatrix, createMatrix, type Matrix } from "../math/matrix.js";
import { divide, flags, joinColumns, joinRows, total, where } from "../trace/arrays.js";
import { define } from "./define.js";
import { fuseCells } from "./fused-attention.js";
import { nanBecause } from "./heads.js";

/** A set of cells of a matrix: for each row, the columns in the set. A row without columns is left out. */
export interface CellSet {
  readonly name: string;
  readonly columns: readonly (readonly number[])[];
}

/**
 * For each input (a head's weights, n×m) and each set of cells: the share of a row's weight in the set, averaged over
 * the rows that have such cells. NaN if no row has. H inputs → H×places.
 */
export const shares = define<{ readonly places: readonly CellSet[] }>({
  name: "shares",
  definition(inputs, { places }) {
    const rows = inputs.map((input) =>
      joinColumns(
        places.map(({ name, columns }) => {
          const count = columns.filter(({ length }) => length > 0).length;
          if (count === 0) return nanBecause(`no row has ${name}`);
          const { rows, cols } = input;
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
  // Only a few weights are needed. If the weights are not kept, only these are computed.
  fused({ inputs, params: { places } }, numbers) {
    const cells = inputs.flatMap((weights) => fuseCells(weights, numbers) ?? []);
    return cells.length === inputs.length ? sharesOf(cells, places) : undefined;
  },
});

type CellsOfWeights = (row: number, col: number) => number;

const sharesOf = (heads: readonly CellsOfWeights[], places: readonly CellSet[]): Matrix =>
  createMatrix(heads.length, places.length, (head, at) => shareOf(heads[head], places[at]));

function shareOf(weightOf: CellsOfWeights, { columns }: CellSet): number {
  let total = 0;
  let rows = 0;
  for (const [row, cols] of columns.entries()) {
    if (cols.length > 0) rows++;
    for (const col of cols) total += weightOf(row, col);
  }
  return total / rows;
}
