import type { Matrix, Shape } from "../../math/matrix.js";
import { fitOfWhole } from "./fit.js";
import type { Cell, Cells } from "./items.js";

/**
 * Puts rows into a matrix that has more of them, in their order and where their numbers fit best; the others are blank.
 */
export function placeRowsAmong(rows: Cells, shape: Shape, expected: readonly Matrix[]): Cells {
  const places = bestPlaces(rows, shape.rows, expected);
  return filled(rows, places, shape);
}

/** Rows at their places, and blank ones between them. */
export function filled(rows: Cells, places: readonly number[], shape: Shape): Cells {
  return Array.from({ length: shape.rows }, (_, at) => {
    const from = places.indexOf(at);
    return from < 0 ? Array.from({ length: shape.cols }, () => null) : rows[from];
  });
}

/** The places, going up, at which rows fit best: the best of those for the rows before, and one more. */
function bestPlaces(rows: Cells, numRows: number, expected: readonly Matrix[]): readonly number[] {
  let ways: readonly { readonly total: number; readonly places: readonly number[] }[] = [
    { total: 0, places: [] },
  ];
  rows.forEach((row, index) => {
    ways = Array.from({ length: numRows }, (_, place) => {
      const before = ways.filter(
        ({ places }) => (places.at(-1) ?? -1) < place && numRows - place >= rows.length - index,
      );
      if (before.length === 0) return undefined;
      const best = before.reduce((one, other) => (other.total > one.total ? other : one));
      return { total: best.total + fitOfRow(row, place, expected), places: [...best.places, place] };
    }).filter((way) => way !== undefined);
  });
  return ways.reduce((one, other) => (other.total > one.total ? other : one)).places;
}

function fitOfRow(row: readonly Cell[], place: number, expected: readonly Matrix[]): number {
  const lines = expected.map(({ cols, data }) => ({
    rows: 1,
    cols,
    data: data.slice(place * cols, (place + 1) * cols),
  }));
  return fitOfWhole([row], lines);
}
