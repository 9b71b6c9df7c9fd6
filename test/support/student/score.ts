import type { TrueCause, TrueSheet } from "./sheets.js";

/** A cell of a sheet: "weights[0,1]". */
export const placeOf = (key: string, row: number, col: number): string => `${key}[${row},${col}]`;

/** What a marker says was done. Several ids if it cannot tell which. */
export type Named =
  | { readonly kind: "slip"; readonly place: string }
  | {
      readonly kind: "concept";
      readonly ids: readonly string[];
      /** The rows and the head in which it was done. Undefined: all, or the marker does not say. */
      readonly rows?: readonly number[] | undefined;
      readonly head?: number | undefined;
    }
  /** A verdict that a step does not follow from the one before it, without a name. */
  | { readonly kind: "unexplained"; readonly key: string };

/** The marks of a sheet. */
export interface Marks {
  /** The cells that are marked wrong, without those that only follow from a mistake. */
  readonly wrong: ReadonlySet<string>;
  readonly named: readonly Named[];
}

/** How true the marks of a sheet are. */
export interface Score {
  readonly isAllTrue: boolean;
  readonly hasFalseMark: boolean;
  readonly hasFalseCause: boolean;
  readonly isRejected: boolean;
}

function isNameOf(named: Named, cause: TrueCause): boolean {
  if (named.kind === "slip")
    return cause.kind === "slip" && named.place === placeOf(cause.key, cause.row, cause.col);
  if (named.kind === "unexplained" || cause.kind === "slip") return false;
  const isThere = named.head === undefined || named.head === cause.head;
  return isThere && named.ids.includes(cause.id) && String(named.rows ?? "") === String(cause.rows ?? "");
}

/** Compares the marks of a sheet with the truth. */
export function score({ steps, causes, isUnlisted, fits }: TrueSheet, { wrong, named }: Marks): Score {
  let [falseMarks, missed] = [0, 0];
  const wrongSteps = new Set<string>();
  const openPlaces = new Set<string>();
  for (const { key, truth } of steps) {
    truth.forEach((cells, row) => {
      cells.forEach((cell, col) => {
        const place = placeOf(key, row, col);
        if (cell !== "sound") openPlaces.add(place);
        if (cell === "sound" && wrong.has(place)) falseMarks++;
        if (cell !== "wrong") return;
        wrongSteps.add(key);
        if (!wrong.has(place)) missed++;
      });
    });
  }
  const isFalse = (one: Named) => {
    if (one.kind === "unexplained") return !wrongSteps.has(one.key);
    // If there is no name for a mistake, a wrong cell is shown with its arithmetic.
    if (isUnlisted && one.kind === "slip") return !openPlaces.has(one.place);
    if (one.kind === "concept" && one.ids.some((id) => fits.includes(id))) return false;
    return !causes.some((cause) => isNameOf(one, cause));
  };
  const hasFalseCause = named.some(isFalse);
  const areAllNamed = causes.every((cause) => named.some((one) => isNameOf(one, cause)));
  const isWhole = isUnlisted || (areAllNamed && missed === 0);
  return {
    isAllTrue: falseMarks === 0 && !hasFalseCause && isWhole,
    hasFalseMark: falseMarks > 0,
    hasFalseCause,
    isRejected: wrong.size > 0,
  };
}
