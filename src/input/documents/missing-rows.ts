import type { Matrix, Shape } from "../../math/matrix.js";
import { agreementsOf } from "./fit.js";
import type { Cell, Cells } from "./items.js";

/** Puts rows at their indices, with blank rows between them. */
export function filled(rows: Cells, places: readonly number[], shape: Shape): Cells {
  return Array.from({ length: shape.rows }, (_, at) => {
    const from = places.indexOf(at);
    return from < 0 ? Array.from({ length: shape.cols }, () => null) : rows[from];
  });
}

/**
 * Finds the increasing indices at which the given rows fit a larger matrix best. Dynamic programming: the best way for
 * the rows before, plus one row.
 */
export function bestPlaces(rows: Cells, numRows: number, expected: readonly Matrix[]): readonly number[] {
  let paths: readonly { readonly total: number; readonly places: readonly number[] }[] = [
    { total: 0, places: [] },
  ];
  const fitOfRow = (row: readonly Cell[], place: number) =>
    Math.max(0, ...expected.map((matrix) => agreementsOf(row, matrix)[place] / row.length));
  rows.forEach((row, index) => {
    paths = Array.from({ length: numRows }, (_, place) => {
      const before = paths.filter(
        ({ places }) => (places.at(-1) ?? -1) < place && numRows - place >= rows.length - index,
      );
      if (before.length === 0) return undefined;
      const best = bestPath(before);
      return { total: best.total + fitOfRow(row, place), places: [...best.places, place] };
    }).filter((way) => way !== undefined);
  });
  return bestPath(paths).places;
}

/** Returns the path with the most evidence. */
export const bestPath = <Path extends { readonly total: number }>(paths: readonly Path[]): Path =>
  paths.reduce((one, other) => (other.total > one.total ? other : one));
