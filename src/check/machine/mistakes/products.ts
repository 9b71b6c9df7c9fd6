import { createMatrix } from "../../../math/matrix.js";
import { scoresNegated, scoresTransposed } from "../../mistakes/scores.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import type { Task } from "../task.js";
import { indicesWhere } from "../where.js";
import {
  alsoOfSheets,
  type Dump,
  type KernelMistake,
  lastWrongRow,
  onOther,
  type Suspicion,
  type Variant,
  withScores,
} from "./kernel-mistake.js";
import { usualSlope } from "./positions.js";
import { distanceTo, FEATURES, factorBetween, leastOf, weighedIn } from "./sums.js";

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
    const [{ scale: own }] = given.tasks;
    const scale = nearestNumber(given, own, (task, row, other) =>
      scoresOfRow({ ...task, scale: other }, row),
    );
    if (scale === undefined) return;
    const rounded = Number(scale.toPrecision(DIGITS));
    // The scale itself may have few digits, or its ratio to the right one.
    const ratio = Number((scale / own).toPrecision(DIGITS));
    yield onOther((task) => ({ ...task, scale: ratio * task.scale }), { scale: rounded, ratio });
    yield onOther((task) => ({ ...task, scale: rounded }), { scale: rounded });
    yield onOther((task) => ({ ...task, scale }), { scale: rounded });
  },
};

const DIGITS = 4;

/** The share of the squares of a row within which the nearest factor of the grid lies, if one explains it. */
const FAR_OFF = 0.5;

const squaresOf = (numbers: Float64Array) => numbers.reduce((sum, number) => sum + number ** 2, 0);

/** The number, of about a size, whose scores bring a wrong row closest to what was dumped: the best of a grid, then by golden section. */
function nearestNumber(
  { dump }: Suspicion,
  size: number,
  scores: (task: Task, row: number, number: number) => Float64Array,
): number | undefined {
  if (!dump) return undefined;
  const { task, row, got } = lastWrongRow(dump);
  const features = Math.min(FEATURES, got.length);
  const distance = (number: number): number => {
    const { powers, sum } = powersOf(scores(task, row, number));
    return distanceTo(got, features, (c) => weighedIn(task, powers, c) / sum);
  };
  const factor = (step: number) => LARGEST_FACTOR ** ((2 * step) / STEPS_OF_FACTOR - 1);
  let best = { step: STEPS_OF_FACTOR / 2, sign: 1, distance: distance(size) };
  for (const sign of [1, -1]) {
    for (let step = 0; step <= STEPS_OF_FACTOR; step++) {
      const own = distance(sign * factor(step) * size);
      if (own < best.distance) best = { step, sign, distance: own };
    }
  }
  // What a factor near the best one leaves of an output as large as that is not due to the factor.
  if (!(best.distance <= FAR_OFF * squaresOf(got.subarray(0, features)))) return undefined;
  const found = leastBetween(best.step - 1, best.step + 1, (step) =>
    distance(best.sign * factor(step) * size),
  );
  return best.sign * factor(found) * size;
}

/** Slopes of ALiBi lie about this one. */
const USUAL_SLOPE = 1 / 16;

/** The scores of a row with a slope times the distance to each key; the last query stands at the last key. */
function sloped(task: Task, row: number, slope: number): Float64Array {
  const place = row + task.key.rows - task.query.rows;
  return scoresOfRow(task, row).map((score, j) => score - slope * Math.abs(place - j));
}

/** The key that, weighed otherwise, brings a wrong row closest to what was dumped, and what its score has more: Z (o′ − o) = (f − 1) p_j (v_j − o′). */
function heaviestKey(dump: Dump): { readonly key: number; readonly more: number } | undefined {
  const { task, row, got } = lastWrongRow(dump);
  const { cols, data } = task.value;
  const { powers, sum } = powersOf(scoresOfRow(task, row));
  const features = Math.min(FEATURES, cols);
  const off = Float64Array.from({ length: features }, (_, c) => got[c] * sum - weighedIn(task, powers, c));
  const pull = (j: number) => off.map((_, c) => powers[j] * (data[j * cols + c] - got[c]));
  const [key] = leastOf(
    indicesWhere(powers.length, (j) => powers[j] > 0),
    1,
    (j, limit) => {
      const own = pull(j);
      const factor = factorBetween(off, own);
      return distanceTo(off, features, (c) => factor * own[c], limit);
    },
  );
  const more = key === undefined ? Number.NaN : Math.log(1 + factorBetween(off, pull(key)));
  return Number.isFinite(more) ? { key, more: Number(more.toPrecision(DIGITS)) } : undefined;
}

/** What is tried when no convention explains the scores: something that was added to them. */
export const biasSurplus: KernelMistake = {
  id: "bias-surplus",
  isFree: true,
  step: "biased-scores",
  title:
    "Something was added to the scores that should not be: a slope times the distance, or a number at one key.",
  formula: "s_ij = q_i · k_j / √d_k, and nothing more",
  fix: "Leave the bias out (ALiBi, relative positions, a sink at the first key), or give it as an input.",
  *variants(given) {
    const { length: heads } = given.tasks;
    yield withScores((task, row) => sloped(task, row, usualSlope(task.head, heads)), { slope: "ALiBi's" });
    const slope = nearestNumber(given, USUAL_SLOPE, sloped);
    if (slope !== undefined) {
      const rounded = Number(slope.toPrecision(DIGITS));
      yield withScores((task, row) => sloped(task, row, rounded), { slope: rounded });
    }
    const heaviest = given.dump && heaviestKey(given.dump);
    if (!heaviest) return;
    const { key, more } = heaviest;
    yield withScores(
      (task, row) => scoresOfRow(task, row).map((score, j) => (j === key ? score + more : score)),
      { key, added: more },
    );
  },
};

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

/** Columns in another order, as d of them have it. */
const ORDERS_OF_COLUMNS: Readonly<Record<string, (col: number, count: number) => number>> = {
  "from the last to the first": (col, count) => count - 1 - col,
  "the second half first": (col, count) => (col + count / 2) % count,
  "neighbours half a head apart": (col, count) => (col % 2) * (count / 2) + Math.floor(col / 2),
  "halves side by side": (col, count) => 2 * (col % (count / 2)) + Math.floor((2 * col) / count),
};

const withQueryColumns = (from: (col: number, count: number) => number, order: string): Variant =>
  onOther(
    ({ query, ...task }) => {
      const { rows, cols, data } = query;
      return { ...task, query: createMatrix(rows, cols, (i, c) => data[i * cols + from(c, cols)]) };
    },
    { order },
  );

export const PRODUCTS: readonly KernelMistake[] = [
  {
    id: "columns-unpaired",
    step: "scores",
    title: "Columns of queries met other columns of keys than their own.",
    formula: "s_ij = Σ_c q_ic k_jc",
    fix: "Lay out queries and keys alike: what is permuted for one kind of pairs of RoPE is permuted in both.",
    isPossible: ({ tasks }) => tasks.every(({ query }) => query.cols % 2 === 0),
    variants: () => Object.entries(ORDERS_OF_COLUMNS).map(([order, from]) => withQueryColumns(from, order)),
  },
  alsoOfSheets(
    scoresTransposed,
    () => [onOther((task) => ({ ...task, query: task.key, key: task.query }))],
    ({ tasks }) => tasks.every(isSquare),
  ),
  alsoOfSheets(scoresNegated, () => [onOther((task) => ({ ...task, scale: -task.scale }))]),
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
