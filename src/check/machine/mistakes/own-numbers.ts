import { leastSquares } from "../../../math/least-squares.js";
import { greatest } from "../../../math/lists.js";
import { mapCells, rowOf } from "../../../math/matrix.js";
import { productsOfRow } from "../row-scores.js";
import { indicesWhere, spread } from "../where.js";
import { type Dump, type KernelMistake, replacing, type Variant } from "./kernel-mistake.js";
import { storageMisread } from "./other-arrays.js";

// A factor of its own for each key or value. All rows together determine these factors by least squares (Gauss and
// Newton).

/** ∂output/∂factor as a factor of the weight, from the score without the bias, the value and the output. */
const SLOPES = {
  value: (_: number, value: number) => value,
  key: (score: number, value: number, output: number) => score * (value - output),
} as const;

const MAX_LISTED = 3;

/** Multiplies each key or value by its factor. The first ones that change something are listed. */
function multiplied(part: keyof typeof SLOPES, factors: Float64Array): Variant {
  const changed = indicesWhere(factors.length, (key) => Math.abs(factors[key] - 1) > 0.001);
  const texts = changed
    .slice(0, MAX_LISTED)
    .map((key) => [`key ${key}`, Number(factors[key].toPrecision(3))]);
  return replacing([part], (task) => mapCells(task[part], (own, row) => own * factors[row]), {
    which: `${part}s multiplied`,
    ...Object.fromEntries(texts),
  });
}

const MAX_ROUNDS = 30;
const MAX_STEP = 0.5;
const SMALLEST_STEP = 1e-9;

/** The maximum number of keys, and of multiplications per round. */
const MAX_KEYS = 256;
const MAX_WORK = 1e8;

/** There must be this many times as many cells as factors. Fewer cells fit any factors. */
const MIN_CELLS = 3;

/** Fits the factors of all keys or values to the dumped rows. Returns undefined if they do not settle. */
function fitFactors({ task, got }: Dump, part: keyof typeof SLOPES): Float64Array | undefined {
  const { key, value } = task;
  const rows = spread(indicesWhere(got.rows), Math.max(1, Math.floor(MAX_WORK / key.rows ** 2 / got.cols)));
  if (key.rows > MAX_KEYS || rows.length * got.cols < MIN_CELLS * key.rows) return undefined;
  let factors = new Float64Array(key.rows).fill(1);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { make } = multiplied(part, factors);
    const equations = rows.flatMap((row) => {
      const made = make(task, row);
      const products = productsOfRow(task, row);
      return Array.from(made?.output ?? [], (output, c) => ({
        factors: products.map((product, j) => {
          const weight = made?.coefficients[j] ?? 0;
          return (
            weight && weight * SLOPES[part](product * task.scale, value.data[j * value.cols + c], output)
          );
        }),
        right: rowOf(got, row)[c] - output,
      }));
    });
    const step = leastSquares(equations, key.rows);
    if (!step) return undefined;
    factors = factors.map((own, j) => own + Math.max(-MAX_STEP, Math.min(MAX_STEP, step[j])));
    if (greatest(step, Math.abs) < SMALLEST_STEP) break;
  }
  return factors.every(Number.isFinite) ? factors : undefined;
}

export const numbersOfKeys: KernelMistake = {
  ...storageMisread,
  isFree: true,
  *variants({ dump, tasks }) {
    if (!dump || tasks.some(({ dropped, sink }) => dropped || sink !== undefined)) return;
    for (const part of ["value", "key"] as const) {
      const factors = fitFactors(dump, part);
      if (factors) yield multiplied(part, factors);
    }
  },
};
