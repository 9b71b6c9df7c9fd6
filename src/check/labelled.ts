import { placesOf, type TableLocation } from "../attention/label-places.js";
import type { WrittenNumber } from "../math/written.js";
import type { Axis } from "../trace/op.js";

type Cell = WrittenNumber | null;

/** A table of one row or more with the names that a person wrote beside its rows and above its columns. */
export interface LabelledRows {
  readonly rows: readonly (readonly Cell[])[];
  readonly rowLabels?: readonly string[] | undefined;
  readonly columnLabels?: readonly string[] | undefined;
}

/**
 * The rows of a table in the order of the names of its axes: what is named is found by its name, and cells without a row or
 * column of theirs are not answered. Names that count go by their numbers, and those of an axis without names by their place. Throws
 * UNKNOWN_NAME for other names, DUPLICATE_KEY for one that stands twice.
 */
export function placeByLabels(
  { rows, rowLabels, columnLabels }: LabelledRows,
  [down, across]: readonly [Axis, Axis],
  key: string,
  place: TableLocation,
): readonly (readonly Cell[])[] {
  const rowPlaces = placesOf(rowLabels, namesOf(down), rows.length, { key, place, side: "rows" });
  const columnPlaces = placesOf(columnLabels, namesOf(across), rows[0].length, {
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
