import { leastSquares } from "../../../math/least-squares.js";
import { greatest } from "../../../math/lists.js";
import { mapCells, rowOf } from "../../../math/matrix.js";
import { productsOfRow } from "../row-scores.js";
import { indicesWhere, spread } from "../where.js";
import { type Dump, type KernelMistake, replacing, type Variant } from "./kernel-mistake.js";
import { storageMisread } from "./other-arrays.js";

// A number of its own for each key: a factor of the key or the value, or what was added to its scores. All rows together
// determine these numbers by least squares (Gauss and Newton).

/** How the numbers act. */
interface Act {
  /** The number that changes nothing. */
  readonly none: number;
  readonly with: (numbers: Float64Array, which: string) => Variant;
  /** The factor of a cell in ∂output/∂number: of a weight with the product of its query and key, its value and output. */
  readonly slope: (product: number, value: number, output: number) => number;
}

const scaledRows =
  (part: "key" | "value") =>
  (numbers: Float64Array, which: string): Variant =>
    replacing([part], (task) => mapCells(task[part], (own, row) => own * numbers[row]), {
      which,
      ...textOf(numbers, 1),
    });

const ACTS: Readonly<Record<string, Act>> = {
  "values multiplied": { none: 1, with: scaledRows("value"), slope: (_, value) => value },
  "keys multiplied": {
    none: 1,
    with: scaledRows("key"),
    slope: (product, value, output) => product * (value - output),
  },
};

const MAX_LISTED = 3;

/** Lists the first numbers that change something. */
function textOf(numbers: Float64Array, none: number) {
  const changed = indicesWhere(numbers.length, (key) => Math.abs(numbers[key] - none) > 0.001);
  const texts = changed
    .slice(0, MAX_LISTED)
    .map((key) => [`key ${key}`, Number(numbers[key].toPrecision(3))]);
  return Object.fromEntries(texts) as Record<string, number>;
}

const MAX_ROUNDS = 30;
const MAX_STEP = 0.5;
const SMALLEST_STEP = 1e-9;

/** The maximum number of keys, and of multiplications per round. */
const MAX_KEYS = 256;
const MAX_WORK = 1e8;

/** There must be this many times as many cells as numbers. Fewer cells fit any numbers. */
const MIN_CELLS = 3;

/** Fits the numbers of all keys to the dumped rows. Returns undefined if they do not settle. */
function fitNumbers({ task, got }: Dump, { none, with: changing, slope }: Act): Float64Array | undefined {
  const { key, value } = task;
  const rows = spread(indicesWhere(got.rows), Math.max(1, Math.floor(MAX_WORK / key.rows ** 2 / got.cols)));
  if (key.rows > MAX_KEYS || rows.length * got.cols < MIN_CELLS * key.rows) return undefined;
  let numbers = new Float64Array(key.rows).fill(none);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { make } = changing(numbers, "");
    const equations = rows.flatMap((row) => {
      const made = make(task, row);
      const products = productsOfRow(task, row);
      return Array.from(made?.output ?? [], (output, c) => ({
        factors: products.map((product, j) => {
          const weight = made?.coefficients[j] ?? 0;
          return weight && weight * slope(product * task.scale, value.data[j * value.cols + c], output);
        }),
        right: rowOf(got, row)[c] - output,
      }));
    });
    if (none === 0)
      equations.push({ factors: numbers.map((_, key) => (key === 0 ? 1 : 0)), right: -numbers[0] });
    const step = leastSquares(equations, key.rows);
    if (!step) return undefined;
    numbers = numbers.map((own, j) => own + Math.max(-MAX_STEP, Math.min(MAX_STEP, step[j])));
    if (greatest(step, Math.abs) < SMALLEST_STEP) break;
  }
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

export const numbersOfKeys: KernelMistake = {
  ...storageMisread,
  isFree: true,
  *variants({ dump, tasks }) {
    if (!dump || tasks.some(({ dropped, sink }) => dropped || sink !== undefined)) return;
    for (const [which, act] of Object.entries(ACTS)) {
      const numbers = fitNumbers(dump, act);
      if (numbers) yield act.with(numbers, which);
    }
  },
};
