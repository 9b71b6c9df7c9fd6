import { UserError } from "../errors.js";
import type { WrittenNumber } from "../math/written.js";
import type { Axis } from "../trace/axis.js";

type Cell = WrittenNumber | null;

/** A table with the names that a person wrote beside its rows and above its columns. */
export interface LabelledRows {
  readonly rows: readonly (readonly Cell[])[];
  readonly rowLabels?: readonly string[] | undefined;
  readonly columnLabels?: readonly string[] | undefined;
}

/** Where errors say that it stands. */
interface Place {
  readonly source: string;
  readonly line?: number;
}

/**
 * The rows of a table in the order of the names of its axes: what is named is found by its name, and cells without a row or
 * column of theirs are not answered. Names that only count, and those of an axis without names, go by their place. Throws
 * UNKNOWN_NAME for other names, DUPLICATE_KEY for one that stands twice.
 */
export function placeByLabels(
  { rows, rowLabels, columnLabels }: LabelledRows,
  axes: readonly Axis[],
  key: string,
  place: Place,
): readonly (readonly Cell[])[] {
  const [down, across] = axes;
  const rowPlaces = placesOf(rowLabels, down, rows.length, { key, place, side: "rows" });
  const columnPlaces = placesOf(columnLabels, across, rows[0]?.length ?? 0, { key, place, side: "columns" });
  const inColumns = columnPlaces
    ? rows.map((row) => columnPlaces.map((from) => (from === undefined ? null : row[from])))
    : rows;
  if (!rowPlaces) return inColumns;
  const blank = new Array<Cell>(inColumns[0]?.length ?? 0).fill(null);
  return rowPlaces.map((from) => (from === undefined ? blank : inColumns[from]));
}

interface Labelled {
  readonly key: string;
  readonly place: Place;
  readonly side: "rows" | "columns";
}

/** For each name of an axis, where what it names stands; undefined where names say nothing of the order. */
export function placesOf(
  given: readonly string[] | undefined,
  axis: Axis | undefined,
  count: number,
  { key, place, side }: Labelled,
): readonly (number | undefined)[] | undefined {
  const names = axis?.labels;
  if (!given || !names || given.length !== count || axis.name === "sum") return undefined;
  const written = given.map(plainLabel);
  const known = names.map(plainLabel);
  if (written.length === known.length && written.every((name, at) => name === known[at])) return undefined;
  const isKnown = written.every((name) => known.includes(name));
  if (!isKnown && countsUp(given)) return undefined;
  if (!isKnown) {
    const message = `the ${side} of ${key} are ${names.join(", ")}, but they are called ${given.join(", ")}.`;
    throw new UserError("UNKNOWN_NAME", message, {
      hint: "Write these names, in any order, or none.",
      location: { ...place },
    });
  }
  const twice = written.find(
    (name, at) => written.indexOf(name) < at || known.indexOf(name) < known.lastIndexOf(name),
  );
  if (twice !== undefined) {
    throw new UserError(
      "DUPLICATE_KEY",
      `"${twice}" names several ${side} of ${key}, and stands in another order.`,
      {
        hint: `Write the ${side} in the order ${names.join(", ")}.`,
        location: { ...place },
      },
    );
  }
  return known.map((name) => {
    const at = written.indexOf(name);
    return at < 0 ? undefined : at;
  });
}

const plainLabel = (label: string) => label.trim().toLowerCase();

/** `row 1`, `row 2`; `q0`, `q1`; `1`, `2`: names that say nothing but the place. */
function countsUp(labels: readonly string[]): boolean {
  const parts = labels.map((label) => /^(.*?)[\s_#-]*(\d+)\D?$/.exec(label.trim()));
  const first = Number(parts[0]?.[2]);
  return (
    (first === 0 || first === 1) &&
    parts.every((part, at) => part && part[1] === parts[0]?.[1] && Number(part[2]) === first + at)
  );
}
