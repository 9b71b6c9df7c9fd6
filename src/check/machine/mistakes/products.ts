import { powersOf, scoresOfRow } from "../row-scores.js";
import type { Task } from "../task.js";
import {
  alsoOfSheets,
  type KernelMistake,
  lastWrongRow,
  onOther,
  type Suspicion,
  withScores,
} from "./kernel-mistake.js";
import { distanceTo, FEATURES, weighedIn } from "./sums.js";

// What is done wrong in q·k, and factors of scores that no convention knows.

const isSquare = ({ query, key }: Task) => query.rows === key.rows && query.cols === key.cols;

/** Columns that a loop over tiles of them leaves out. */
const LEFT_OUT = [1, 8, 16, 32, 64] as const;

/** q·k over the first columns. */
function productsOfFirst({ query, key }: Task, row: number, count: number): Float64Array {
  const products = new Float64Array(key.rows);
  for (let j = 0; j < key.rows; j++) {
    for (let c = 0; c < count; c++)
      products[j] += query.data[row * query.cols + c] * key.data[j * key.cols + c];
  }
  return products;
}

/** q·k with the numbers of the keys read as a d×m array. */
function productsOfMisread({ query, key }: Task, row: number): Float64Array {
  const products = new Float64Array(key.rows);
  for (let c = 0; c < key.cols; c++) {
    const q = query.data[row * query.cols + c];
    for (let j = 0; j < key.rows; j++) products[j] += q * key.data[c * key.rows + j];
  }
  return products;
}

/** A factor that is read off may be any; beyond these nobody looks. */
const LARGEST_FACTOR = 64;
const STEPS_OF_FACTOR = 48;
const ROUNDS = 40;

/** What is tried when no convention explains the scores: any factor of all of them. */
export const scaleOther: KernelMistake = {
  id: "scale-other",
  isFree: true,
  step: "scaled-scores",
  title: "The scores were multiplied by another factor than they should be.",
  formula: "S′ = S / √d_k",
  fix: "Look for a factor that is applied in two places, or taken from another size.",
  *variants(given) {
    const scale = scaleOf(given);
    if (scale === undefined) return;
    const rounded = Number(scale.toPrecision(DIGITS));
    // The scale itself may have few digits, or its ratio to the right one.
    const right = given.tasks[0].scale;
    const ratio = Number((scale / right).toPrecision(DIGITS));
    yield onOther((task) => ({ ...task, scale: ratio * task.scale }), { scale: rounded, ratio });
    yield onOther((task) => ({ ...task, scale: rounded }), { scale: rounded });
    yield onOther((task) => ({ ...task, scale }), { scale: rounded });
  },
};

const DIGITS = 4;

/** The share of the squares of a row within which the nearest factor of the grid lies, if one explains it. */
const FAR_OFF = 0.5;

const squaresOf = (numbers: Float64Array) => numbers.reduce((sum, number) => sum + number ** 2, 0);

/** The factor that brings a wrong row closest to what was dumped: the best of a grid, then by golden section. */
function scaleOf({ dump }: Suspicion): number | undefined {
  if (!dump) return undefined;
  const { task, row, got } = lastWrongRow(dump);
  const features = Math.min(FEATURES, got.length);
  const distance = (scale: number): number => {
    const { powers, sum } = powersOf(scoresOfRow({ ...task, scale }, row));
    return distanceTo(got, features, (c) => weighedIn(task, powers, c) / sum);
  };
  const factor = (step: number) => LARGEST_FACTOR ** ((2 * step) / STEPS_OF_FACTOR - 1);
  let best = { scale: task.scale, step: STEPS_OF_FACTOR / 2, sign: 1, distance: distance(task.scale) };
  for (const sign of [1, -1]) {
    for (let step = 0; step <= STEPS_OF_FACTOR; step++) {
      const scale = sign * factor(step) * task.scale;
      const own = distance(scale);
      if (own < best.distance) best = { scale, step, sign, distance: own };
    }
  }
  // What a factor near the best one leaves of an output as large as that is not due to the factor.
  if (!(best.distance <= FAR_OFF * squaresOf(got.subarray(0, features)))) return undefined;
  const found = leastBetween(best.step - 1, best.step + 1, (step) =>
    distance(best.sign * factor(step) * task.scale),
  );
  return best.sign * factor(found) * task.scale;
}

/** Where a function is least between two places (Kiefer 1953). */
function leastBetween(low: number, high: number, of: (place: number) => number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  for (let round = 0; round < ROUNDS; round++) {
    const [left, right] = [b - golden * (b - a), a + golden * (b - a)];
    if (of(left) < of(right)) b = right;
    else a = left;
  }
  return (a + b) / 2;
}

export const PRODUCTS: readonly KernelMistake[] = [
  alsoOfSheets(
    "scores-transposed",
    () => [onOther((task) => ({ ...task, query: task.key, key: task.query }))],
    ({ tasks }) => tasks.every(isSquare),
  ),
  alsoOfSheets("scores-negated", () => [onOther((task) => ({ ...task, scale: -task.scale }))]),
  {
    id: "features-dropped",
    step: "scores",
    title: "Some columns of queries and keys were left out of the products.",
    formula: "s_ij = Σ_c q_ic k_jc over all d columns",
    fix: "Work through ⌈d / tile⌉ tiles of columns, the last one included.",
    variants: ({ tasks: [{ query }] }) =>
      [...new Set([...LEFT_OUT, query.cols / 2, query.cols % 16, query.cols % 32])]
        .filter((columns) => Number.isInteger(columns) && columns > 0 && columns < query.cols)
        .map((columns) => {
          const first = query.cols - columns;
          return withScores((task, row) => scoresOfRow(task, row, productsOfFirst(task, row, first)), {
            first,
            columns,
          });
        }),
  },
  {
    id: "key-misread",
    step: "scores",
    title: "The keys lie row by row, but were read column by column.",
    formula: "s_ij = q_i · k_j, with k_j the row j of an m×d array",
    fix: "Swap the strides of the keys: Kᵀ is d×m in other strides, not the same numbers in another shape.",
    variants: () => [withScores((task, row) => scoresOfRow(task, row, productsOfMisread(task, row)))],
  },
];
