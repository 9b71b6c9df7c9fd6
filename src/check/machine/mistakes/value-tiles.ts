import { isBlocked } from "../../../math/blocked.js";
import { type Matrix, rowOf } from "../../../math/matrix.js";
import { remember } from "../../../math/remember.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import { softmaxOf, type Weighting } from "../rows.js";
import { spread } from "../where.js";
import {
  type Dump,
  type KernelMistake,
  kernelMistakes,
  PARTS,
  type Parameters,
  replacing,
  type Suspicion,
  type Variant,
  withScores,
  withWeighting,
} from "./kernel-mistake.js";
import { TILES, tilesBelow } from "./online.js";
import { distanceTo, EACH_ONCE, FEATURES, leastOf } from "./sums.js";

// What is done wrong when a tile or page is looked up: another one is read in its place, of keys, of values or of both.

type Which = "keys and values" | "keys alone" | "values alone";

/** Where tile `one` should be tile `other` is read; where they are swapped, the other way round as well. */
interface Move {
  readonly tile: number;
  readonly one: number;
  readonly other: number;
  readonly which: Which;
  readonly isSwap: boolean;
}

/** Each with each is tried up to this many tiles. */
const MOST_TILES = 64;
const MOST_TRIED = 4;

/** An attention in which tiles of keys or values are those at other places. */
const reading = (
  which: Which,
  tile: number,
  from: (place: number) => number,
  parameters: Parameters,
): Variant =>
  replacing(
    PARTS[which],
    (task, part) => {
      const { rows, cols, data } = task[part];
      const moved = data.slice();
      for (let place = 0; place * tile < rows; place++) {
        const source = from(place) * tile * cols;
        const size = Math.min(tile, rows - place * tile) * cols;
        moved.set(data.subarray(source, source + size), place * tile * cols);
      }
      return { rows, cols, data: moved };
    },
    parameters,
  );

const moving = ({ tile, one, other, which, isSwap }: Move, parameters: Parameters) =>
  reading(
    which,
    tile,
    (place) => (place === one ? other : isSwap && place === other ? one : place),
    parameters,
  );

/** The moves with which the output of a wrong row comes closest to what was dumped; two rows are asked, since a row does not see all tiles. */
function* nearestMoves({ dump }: Suspicion, isTried: (move: Move) => boolean): Generator<Move> {
  if (!dump) return;
  const known = new Set<string>();
  for (const row of spread(dump.wrongRows, 3).slice(0, 2)) {
    const distanceOf = distances(dump, row);
    for (const move of leastOf(movesOf(dump.task.key.rows, isTried), MOST_TRIED, distanceOf)) {
      const key = Object.values(move).join();
      if (!known.has(key)) yield move;
      known.add(key);
    }
  }
}

/** How far a row is from the dumped one with some tiles moved, by sums of the weights of each tile over the values of each. */
function distances({ task, got }: Dump, row: number): (move: Move, limit: number) => number {
  // A tile that the mask hides may be read where the row may attend.
  const { powers } = powersOf(scoresOfRow({ ...task, blocked: undefined }, row));
  const { blocked, value } = task;
  const isHidden = (j: number) => blocked !== undefined && isBlocked(blocked, row, j);
  const shown = powers.map((power, j) => (isHidden(j) ? 0 : power));
  const [all] = crossSums(shown, value, powers.length, 1);
  const crossed = new Map<
    number,
    { readonly sums: readonly Float64Array[]; readonly seen: readonly unknown[] }
  >();
  return ({ tile, one, other, which, isSwap }, limit) => {
    const count = Math.floor(powers.length / tile);
    const { sums, seen } = remember(crossed, tile, () => ({
      sums: crossSums(powers, value, tile, count),
      seen: Array.from({ length: count }, (_, at) => sightOf(at * tile, tile, isHidden)),
    }));
    const isOther = isSwap && seen[other] === "whole";
    if (seen[one] !== "whole" || (isSwap && seen[other] === "part")) return Number.POSITIVE_INFINITY;
    // What is swapped among keys that are all seen gives the same row.
    if (isOther && which === "keys and values") return Number.POSITIVE_INFINITY;
    const [keys, values] = [which !== "values alone", which !== "keys alone"];
    const made = (place: number, read: number) =>
      sums[(keys ? read : place) * count + (values ? read : place)];
    const parts = [[made(one, other), sums[one * count + one]]];
    if (isOther) parts.push([made(other, one), sums[other * count + other]]);
    const totalOf = (c: number) => parts.reduce((sum, [now, before]) => sum + now[c] - before[c], all[c]);
    const total = totalOf(0);
    return distanceTo(rowOf(got, row), all.length - 1, (c) => totalOf(c + 1) / total, limit);
  };
}

/** How much of a tile a row may attend to. */
function sightOf(first: number, tile: number, isHidden: (j: number) => boolean): "whole" | "none" | "part" {
  const hidden = Array.from({ length: tile }, (_, at) => isHidden(first + at));
  return hidden.every(Boolean) ? "none" : hidden.some(Boolean) ? "part" : "whole";
}

/** Of each two tiles the sum of the exponentials of the one, and behind it what they weigh of the other's values in the first columns. */
function crossSums(
  powers: Float64Array,
  { cols, data }: Matrix,
  tile: number,
  count: number,
): readonly Float64Array[] {
  return Array.from({ length: count * count }, (_, index) => {
    const [of, by] = [Math.floor(index / count), index % count];
    const sums = new Float64Array(Math.min(FEATURES, cols) + 1);
    for (let j = 0; j < tile; j++) {
      const power = powers[of * tile + j];
      sums[0] += power;
      for (let c = 1; c < sums.length; c++) sums[c] += power * data[(by * tile + j) * cols + c - 1];
    }
    return sums;
  });
}

function* movesOf(numKeys: number, isTried: (move: Move) => boolean): Generator<Move> {
  for (const tile of TILES) {
    const count = Math.floor(numKeys / tile);
    if (count > MOST_TILES) continue;
    for (let one = 0; one < count; one++) {
      for (let other = 0; other < count; other++) {
        if (other === one) continue;
        for (const which of ["keys and values", "keys alone", "values alone"] as const) {
          for (const isSwap of other > one ? [false, true] : [false]) {
            const move = { tile, one, other, which, isSwap };
            if (isTried(move)) yield move;
          }
        }
      }
    }
  }
}

/** Tiles of values in another order are asked of every wrong output, up to fewer tiles. */
export const MOST_SWAPPED = 16;

/** Two tiles of values in each other's place. */
export function* swappedValues(given: Suspicion): Generator<Variant> {
  const { rows } = given.tasks[0].key;
  const isTried = ({ tile, which, isSwap }: Move) =>
    isSwap && which === "values alone" && tile > 1 && Math.floor(rows / tile) <= MOST_SWAPPED;
  for (const move of nearestMoves(given, isTried)) {
    const { tile, one, other } = move;
    yield moving(move, { tile, first: one * tile, second: other * tile });
  }
}

export const tileRepeated: KernelMistake = {
  id: "tile-repeated",
  step: "output",
  title: "A tile of keys and values was read in place of another.",
  formula: EACH_ONCE,
  fix: "Check the page table, and the address of each tile.",
  *variants(given): Generator<Variant> {
    const { rows } = given.tasks[0].key;
    // Values in each other's place have a name of their own.
    const moves = [...nearestMoves(given, ({ which, isSwap }) => !isSwap || which !== "values alone")];
    for (const move of moves) {
      const { tile, one, other, which, isSwap } = move;
      yield moving(move, {
        ...{ tile, first: one * tile, read: other * tile },
        ...(which !== "keys and values" && { which }),
        ...(isSwap && { how: "swapped" }),
      });
    }
    for (const tile of moves.length > 0 ? tilesBelow(rows) : []) {
      for (const which of ["keys alone", "values alone", "keys and values"] as const)
        yield reading(which, tile, () => 0, { tile, read: "always the first", which });
    }
  },
};

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
