import { squaresOf, sumOver } from "../../../math/lists.js";
import { cellOf, type Matrix, mapCells } from "../../../math/matrix.js";
import { dotRows } from "../../../math/product.js";
import { remember } from "../../../math/remember.js";
import { comparedRows, type Expected } from "../judge-output.js";
import { type MadeRow, makeRow } from "../rows.js";
import type { Task } from "../task.js";
import { spread } from "../where.js";

// Decides whether the errors of an output are noise. Dropout draws for every weight, so its errors are independent. A
// wrong position, tile or layout follows a rule, so its errors depend on the key, the distance or the neighbouring row.

const MAX_ROWS = 96;
const MAX_KEYS = 1024;

/** A number of standard errors. Among some hundred means of independent draws, hardly any is farther from 0. */
const FAR = 5;

/** The minimum number of values for a mean. */
const FEWEST = 8;

/** Whether errors depend on the key or on its distance from the query, or are similar in neighbouring rows. */
export function isStructured(task: Task, got: Matrix, expected: Expected): boolean {
  const rows = spread(comparedRows(expected, got), MAX_ROWS).toReversed();
  const errors = mapCells(got, (value, row, col) => value - cellOf(expected.want, row, col));
  const [byKey, byDistance] = [new Groups(), new Groups()];
  const madeRows: { readonly row: number; readonly made: MadeRow }[] = [];
  for (const row of rows) {
    const made = makeRow(task, row);
    if (!made) continue;
    madeRows.push({ row, made });
    const { value } = task;
    const last = Math.min(value.rows, MAX_KEYS);
    for (let j = 0; j < last; j++) {
      const weight = made.coefficients[j];
      if (weight === 0) continue;
      const product = dotRows(errors, row, value, j);
      byKey.add(j, product * weight);
      byDistance.add(row - j, product * weight);
    }
  }
  return (
    byKey.areFar() || byDistance.areFar() || areAlike(rows, errors) || areNotDropped(task, errors, madeRows)
  );
}

/** The standard deviation up to which a row shows the factor of its strongest key. */
const MAX_DEVIATION = 0.1;

/** The share by which the measured p / (1 − p) may be off, and how far a factor may be off because of rounding. */
const [INEXACT, NEAR] = [0.5, 0.01];

/** The share of factors that may be others. Rounding and a few rows like each other make some. */
const MAX_OTHERS = 0.25;

/**
 * Whether the strongest keys of rows have other factors than those of dropout, which makes a weight 0 or 1/(1 − p) of
 * itself. The error of a row, projected on the value of that key, shows its factor. The other keys add noise.
 */
function areNotDropped(
  { value }: Task,
  errors: Matrix,
  rows: readonly { readonly row: number; readonly made: MadeRow }[],
): boolean {
  const noise = sumOver(rows, ({ row }) => dotRows(errors, row, errors, row));
  const ratio = noise / sumOver(rows, ({ made }) => sumOver(made.squares));
  let [numShown, numOthers] = [0, 0];
  for (const { row, made } of rows) {
    const { coefficients } = made;
    const strongest = coefficients.indexOf(Math.max(...coefficients));
    const size = coefficients[strongest] * dotRows(value, strongest, value, strongest);
    const ofOthers = sumOver(coefficients, (weight, j) =>
      j === strongest || weight === 0 ? 0 : (weight * dotRows(value, j, value, strongest)) ** 2,
    );
    const deviation = Math.sqrt(ratio * ofOthers) / size;
    if (!(deviation <= MAX_DEVIATION)) continue;
    numShown++;
    const more = dotRows(errors, row, value, strongest) / size;
    const off = Math.min(Math.abs(more + 1), Math.max(0, Math.abs(more - ratio) - INEXACT * ratio));
    if (off > FAR * deviation + NEAR) numOthers++;
  }
  return numShown >= FEWEST && numOthers > MAX_OTHERS * numShown;
}

/** Values by group, to test whether a group's mean differs from 0. */
class Groups {
  readonly #values = new Map<number, number[]>();

  add(group: number, value: number): void {
    remember(this.#values, group, () => []).push(value);
  }

  /** Whether some mean is far from 0, or the means together are larger than chance explains. */
  areFar(): boolean {
    const means = [...this.#values.values()].flatMap((values) => {
      const squares = squaresOf(values);
      return values.length < FEWEST || squares === 0 ? [] : [sumOver(values) / Math.sqrt(squares)];
    });
    const total = squaresOf(means);
    const chance = means.length + FAR * Math.sqrt(2 * means.length);
    return means.some((mean) => Math.abs(mean) > FAR) || total > chance;
  }
}

/** Whether the errors of neighbouring rows are more similar than chance explains. */
function areAlike(rows: readonly number[], errors: Matrix): boolean {
  const isCompared = new Set(rows);
  const cosines = rows.flatMap((row) => (isCompared.has(row + 1) ? cosineOf(errors, row, row + 1) : []));
  if (cosines.length < FEWEST) return false;
  const sum = sumOver(cosines);
  const squares = squaresOf(cosines);
  return squares > 0 && Math.abs(sum) / Math.sqrt(squares) > FAR;
}

function cosineOf(errors: Matrix, one: number, other: number): number {
  const size = Math.sqrt(dotRows(errors, one, errors, one) * dotRows(errors, other, errors, other));
  return size === 0 ? 0 : dotRows(errors, one, errors, other) / size;
}
