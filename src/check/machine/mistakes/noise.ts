import type { Matrix } from "../../../math/matrix.js";
import { comparedRows, type Expected } from "../judge-output.js";
import { makeRow } from "../rows.js";
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
  const { want } = expected;
  const errors = new Map(rows.map((row) => [row, errorOf(got, want, row)]));
  const [byKey, byDistance] = [new Sums(), new Sums()];
  for (const row of rows) {
    const made = makeRow(task, row);
    const error = errors.get(row);
    if (!made || !error) continue;
    const { value } = task;
    const last = Math.min(value.rows, MAX_KEYS);
    for (let j = 0; j < last; j++) {
      const weight = made.coefficients[j];
      if (weight === 0) continue;
      let product = 0;
      for (let c = 0; c < value.cols; c++) product += error[c] * value.data[j * value.cols + c];
      byKey.add(j, product * weight);
      byDistance.add(row - j, product * weight);
    }
  }
  return byKey.areFar() || byDistance.areFar() || areAlike(rows, errors);
}

function errorOf({ cols, data }: Matrix, want: Matrix, row: number): Float64Array {
  return Float64Array.from({ length: cols }, (_, c) => data[row * cols + c] - want.data[row * cols + c]);
}

/** Sums of values by group, to test whether a group's mean differs from 0. */
class Sums {
  readonly #groups = new Map<number, { count: number; sum: number; squares: number }>();

  add(group: number, value: number): void {
    const tally = this.#groups.get(group) ?? { count: 0, sum: 0, squares: 0 };
    tally.count++;
    tally.sum += value;
    tally.squares += value ** 2;
    this.#groups.set(group, tally);
  }

  /** Whether some mean is far from 0, or the means together are larger than chance explains. */
  areFar(): boolean {
    const means = [...this.#groups.values()].flatMap(({ count, sum, squares }) => {
      if (count < FEWEST || squares === 0) return [];
      return [sum / Math.sqrt(squares)];
    });
    const total = means.reduce((sum, mean) => sum + mean ** 2, 0);
    const chance = means.length + FAR * Math.sqrt(2 * means.length);
    return means.some((mean) => Math.abs(mean) > FAR) || total > chance;
  }
}

/** Whether the errors of neighbouring rows are more similar than chance explains. */
function areAlike(rows: readonly number[], errors: ReadonlyMap<number, Float64Array>): boolean {
  const cosines = rows.flatMap((row) => {
    const [own, next] = [errors.get(row), errors.get(row + 1)];
    return own && next ? [cosineOf(own, next)] : [];
  });
  if (cosines.length < FEWEST) return false;
  const sum = cosines.reduce((total, cosine) => total + cosine, 0);
  const squares = cosines.reduce((total, cosine) => total + cosine ** 2, 0);
  return squares > 0 && Math.abs(sum) / Math.sqrt(squares) > FAR;
}

function cosineOf(a: Float64Array, b: Float64Array): number {
  let [both, first, second] = [0, 0, 0];
  for (let c = 0; c < a.length; c++) {
    both += a[c] * b[c];
    first += a[c] ** 2;
    second += b[c] ** 2;
  }
  return first * second === 0 ? 0 : both / Math.sqrt(first * second);
}
