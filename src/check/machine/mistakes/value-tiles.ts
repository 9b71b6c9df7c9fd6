import { scoresOfRow } from "../row-scores.js";
import { over, type Weighting } from "../rows.js";
import {
  type KernelMistake,
  kernelMistakes,
  type Parameters,
  type Variant,
  withScores,
} from "./kernel-mistake.js";
import { MOST_SWAPPED, swappedValues } from "./moved-tiles.js";
import { TILES } from "./online.js";
import { EACH_ONCE } from "./sums.js";

// What is done wrong when values are loaded: those of other keys than are weighed.

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
    title: "Two tiles of values were swapped, or those of their keys.",
    fix: "Load the values of the same tile as its keys.",
    *variants(given) {
      for (const tile of TILES) {
        const count = Math.floor(given.tasks[0].key.rows / tile);
        if (tile < 2 || count < 2 || count > MOST_SWAPPED) continue;
        for (const [which, order] of Object.entries(ORDERS)) yield reordered(order(tile), { tile, which });
      }
      yield* swappedValues(given);
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
