import { scoresOfRow } from "../row-scores.js";
import { over, type Weighting } from "../rows.js";
import type { Task } from "../task.js";
import {
  type KernelMistake,
  kernelMistakes,
  lastWrongRow,
  type Parameters,
  type Suspicion,
  type Variant,
  withScores,
} from "./kernel-mistake.js";
import { TILES } from "./online.js";
import { EACH_ONCE, FEATURES, leastOf, sumsOf } from "./sums.js";

// What is done wrong when values are loaded: those of other keys than are weighed.

/** Pairs of tiles that are tried whole. */
const MOST_TRIED = 4;

interface Swap {
  readonly tile: number;
  readonly one: number;
  readonly other: number;
}

/** The pairs of tiles that bring the output of a wrong row closest to what was dumped, when their values are swapped. */
function nearestSwaps({ dump }: Suspicion): readonly Swap[] {
  if (!dump) return [];
  const { task, row, got } = lastWrongRow(dump);
  const { powers, sum, weighed } = sumsOf(task, row);
  const features = weighed.length;
  let crossed: { readonly tile: number; readonly sums: Float64Array } | undefined;
  return leastOf(pairsOf(powers.length), MOST_TRIED, ({ tile, count, one, other }, limit) => {
    if (crossed?.tile !== tile) crossed = { tile, sums: crossSums(powers, task.value, tile, count) };
    const { sums } = crossed;
    let distance = 0;
    for (let c = 0; c < features && distance < limit; c++) {
      const of = (tileOfKeys: number, by: number) => sums[(tileOfKeys * count + by) * features + c];
      const made = weighed[c] - of(one, one) - of(other, other) + of(one, other) + of(other, one);
      distance += (made / sum - got[c]) ** 2;
    }
    return distance;
  });
}

/** Each two tiles of every size. */
function* pairsOf(numKeys: number): Generator<Swap & { readonly count: number }> {
  for (const tile of TILES) {
    const count = countOf(numKeys, tile);
    for (let one = 0; one < count; one++) {
      for (let other = one + 1; other < count; other++) yield { tile, count, one, other };
    }
  }
}

/** Whole tiles of a size; none where there are too many to try each with each. */
function countOf(numKeys: number, tile: number): number {
  const count = Math.floor(numKeys / tile);
  return tile < 2 || count > MOST_SWAPPED ? 0 : count;
}

/** Σ of the weights of one tile over the values of another, for each two of them. */
function crossSums(powers: Float64Array, value: Task["value"], tile: number, count: number): Float64Array {
  const features = Math.min(FEATURES, value.cols);
  const sums = new Float64Array(count * count * features);
  for (let of = 0; of < count; of++) {
    for (let by = 0; by < count; by++) {
      const start = (of * count + by) * features;
      for (let j = 0; j < tile; j++) {
        const at = (by * tile + j) * value.cols;
        for (let c = 0; c < features; c++) sums[start + c] += powers[of * tile + j] * value.data[at + c];
      }
    }
  }
  return sums;
}

/** Pairs of tiles are tried up to this many tiles. */
const MOST_SWAPPED = 16;

/** Which key's values a key weighs. */
type Order = (key: number, numKeys: number) => number;

/** Key j weighs the values of key `from(j)`, each of which is weighed once: the scores move instead. */
export const reordered = (from: Order, parameters: Parameters, weighting?: Weighting): Variant =>
  withScores(
    (task, row) => {
      const scores = scoresOfRow(task, row);
      const moved = new Float64Array(scores.length);
      for (let j = 0; j < scores.length; j++) moved[from(j, scores.length)] = scores[j];
      return moved;
    },
    parameters,
    weighting,
  );

const within = (key: number, first: number, size: number) => key >= first && key < first + size;

const swapped = ({ tile, one, other }: Swap) => {
  const [first, second] = [one * tile, other * tile];
  return reordered(
    (j) => (within(j, first, tile) ? j - first + second : within(j, second, tile) ? j - second + first : j),
    { tile, first, second },
  );
};

const shifted =
  (by: number): Order =>
  (key, numKeys) =>
    (key + by + numKeys) % numKeys;

/** Tiles of a size in another order. */
const ORDERS: Readonly<Record<string, (size: number) => Order>> = {
  "every two neighbours": (size) => (key, numKeys) => {
    if (key >= Math.floor(numKeys / (2 * size)) * 2 * size) return key;
    return Math.floor(key / size) % 2 === 0 ? key + size : key - size;
  },
  "from the last to the first": (size) => (key, numKeys) => {
    const count = Math.floor(numKeys / size);
    return key < count * size ? (count - 1 - Math.floor(key / size)) * size + (key % size) : key;
  },
  "each the next": (size) => shifted(size),
  "each the one before": (size) => shifted(-size),
};

/** What was moved over one end comes from the other: there it weighs nothing, and the values at its own end again or zeros. */
const atTheEnd =
  (by: number, end: "again" | "zeros"): Weighting =>
  (_, { powers, sum }) => {
    const weights = over(powers, sum);
    const [last, first] = by > 0 ? [weights.length - 1, 0] : [0, weights.length - 1];
    if (end === "again") weights[last] += weights[first];
    weights[first] = 0;
    return weights;
  };

const weighing = kernelMistakes("output", EACH_ONCE);

export const VALUE_TILES: readonly KernelMistake[] = [
  weighing({
    id: "value-tiles-swapped",
    title: "Two tiles of values were swapped.",
    fix: "Load the values of the same tile as its keys.",
    *variants(given) {
      for (const tile of TILES) {
        if (countOf(given.tasks[0].key.rows, tile) < 2) continue;
        for (const [which, order] of Object.entries(ORDERS)) yield reordered(order(tile), { tile, which });
      }
      yield* nearestSwaps(given).map(swapped);
    },
  }),
  weighing({
    id: "values-shifted",
    title: "Each key weighed the values of a key beside it.",
    fix: "Values start at the address at which they start: look for an offset of one row, or one in the stride.",
    *variants() {
      for (const by of [1, -1]) {
        yield reordered(shifted(by), { by });
        yield reordered(shifted(by), { by, end: "the last one again" }, atTheEnd(by, "again"));
        yield reordered(shifted(by), { by, end: "zeros" }, atTheEnd(by, "zeros"));
      }
    },
  }),
];
