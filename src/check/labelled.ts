import { indicesByLabel } from "../attention/label-indices.js";
import type { Location } from "../errors.js";
import type { WrittenNumber } from "../math/written.js";
import type { Axis } from "../trace/op.js";

type Cell = WrittenNumber | null;

/** A table of one or more rows, with a person's names beside its rows and above its columns. */
export interface LabelledRows {
  readonly rows: readonly (readonly Cell[])[];
  readonly rowLabels?: readonly string[] | undefined;
  readonly columnLabels?: readonly string[] | undefined;
}

/**
 * Sorts the rows and columns of a table by the names of its axes. Cells of rows or columns that are missing count as
 * not answered. Names that are numbers are positions. Axes without names keep their order. Throws UNKNOWN_NAME for
 * other names, and DUPLICATE_KEY for a name that occurs twice.
 */
export function placeByLabels(
  { rows, rowLabels, columnLabels }: LabelledRows,
  [down, across]: readonly [Axis, Axis],
  key: string,
  place: Location,
): readonly (readonly Cell[])[] {
  const rowPlaces = indicesByLabel(rowLabels, namesOf(down), rows.length, { key, place, side: "rows" });
  const columnPlaces = indicesByLabel(columnLabels, namesOf(across), rows[0].length, {
    key,
    place,
    side: "columns",
  });
  const inColumns = columnPlaces
    ? rows.map((row) => columnPlaces.map((from) => (from === undefined ? null : row[from])))
    : rows;
  if (!rowPlaces) return inColumns;
  const blank = new Array<Cell>(inColumns[0].length).fill(null);
  return rowPlaces.map((from) => (from === undefined ? blank : inColumns[from]));
}

const namesOf = ({ name, labels }: Axis) => (name === "sum" ? undefined : labels);
