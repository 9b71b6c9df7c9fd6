import { scoresOfRow } from "../row-scores.js";
import { softmaxOf, type Weighting } from "../rows.js";
import {
  type KernelMistake,
  kernelMistakes,
  type Parameters,
  type Variant,
  withScores,
  withWeighting,
} from "./kernel-mistake.js";
import { MOST_SWAPPED, swappedValues } from "./moved-tiles.js";
import { TILES } from "./online.js";
import { EACH_ONCE } from "./sums.js";

// What is done wrong when values are loaded: those of other keys than are weighed.

/** Which key's values a key weighs. */
type Order = (key: number, numKeys: number) => number;

/** Key j weighs the values of key `from(j)`, each of which is weighed once: the scores move instead. */
export const reordered = (from: Order, parameters: Parameters): Variant =>
  withScores((task, row) => {
    const scores = scoresOfRow(task, row);
    const moved = new Float64Array(scores.length);
    for (let j = 0; j < scores.length; j++) moved[from(j, scores.length)] = scores[j];
    return moved;
  }, parameters);

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

/** What becomes of weights that are moved over one end: they weigh the values at their own end again, or nothing. */
type End = "again" | "zeros";

/** Each key weighs the values of the key so many behind it. */
const beside =
  (by: number, end: End): Weighting =>
  (scores, powers, row) => {
    const weights = softmaxOf(scores, powers, row);
    const moved = new Float64Array(weights.length);
    for (let j = 0; j < weights.length; j++) {
      const from = j + by;
      if (from >= 0 && from < weights.length) moved[from] += weights[j];
      else if (end === "again") moved[j] += weights[j];
    }
    return moved;
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
    title: "Each weight was applied to the value of a neighbouring key.",
    fix: "Look for an offset of one row in the address of the values, or in their stride.",
    *variants() {
      for (const by of [1, -1]) {
        yield reordered(shifted(by), { by });
        yield withWeighting(beside(by, "again"), { by, end: "the last one again" });
        yield withWeighting(beside(by, "zeros"), { by, end: "zeros" });
      }
    },
  }),
];

/** A buffer for two tiles, of which the wrong one is read. */
export const valueTileBehind: KernelMistake = {
  id: "value-tile-behind",
  step: "output",
  title: "The weights of each tile were applied to the values of a neighbouring tile.",
  formula: "o_i = Σ_j α_ij v_j, with the values of the keys that are weighed",
  fix: "Read the buffer that was just filled: wait for the load, and use its index, not that of the tile before.",
  *variants({ tasks: [{ key }] }): Generator<Variant> {
    for (const tile of TILES.filter((size) => size < key.rows))
      for (const [which, by] of [["the one before", -tile] as const, ["the next", tile] as const])
        for (const end of ["again", "zeros"] as const)
          yield withWeighting(beside(by, end), {
            ...{ tile, which, "at the end": end === "again" ? "its own" : end },
          });
  },
};
