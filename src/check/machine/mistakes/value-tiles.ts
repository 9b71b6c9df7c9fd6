import { isBlocked } from "../../../math/blocked.js";
import { tabulate } from "../../../math/lists.js";
import { type Matrix, rowOf } from "../../../math/matrix.js";
import { remember } from "../../../math/remember.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import { over, type Weighting } from "../rows.js";
import { spread } from "../where.js";
import {
  type Dump,
  type KernelMistake,
  kernelMistakes,
  PARTS,
  type Parameters,
  replacing,
  type SearchContext,
  type Variant,
  withScores,
  withWeighting,
} from "./kernel-mistake.js";
import { TILES, tilesBelow } from "./online.js";
import { distanceTo, EACH_ONCE, FEATURES, leastOf } from "./sums.js";

// Mistakes in looking up a tile or page: another one is read in its place, of keys, of values or of both.

const WHICH = ["keys and values", "keys alone", "values alone"] as const;
type Which = (typeof WHICH)[number];

/** A wrong lookup: tile `other` is read instead of tile `one`. If swapped, also the reverse. */
interface Move {
  readonly tile: number;
  readonly one: number;
  readonly other: number;
  readonly which: Which;
  readonly isSwap: boolean;
}

/** The maximum number of tiles for which all pairs are tried. */
const MAX_TILES = 64;
const MAX_TRIED = 4;

/** Makes a variant in which tiles of keys or values are read from other places. */
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

/**
 * Yields the moves that bring a wrong row closest to the dump. Two rows are examined, because one row may not see all
 * tiles.
 */
function* nearestMoves({ dump }: SearchContext, isTried: (move: Move) => boolean): Generator<Move> {
  if (!dump) return;
  const known = new Set<string>();
  for (const row of spread(dump.wrongRows, 3).slice(0, 2)) {
    const distanceOf = distances(dump, row);
    for (const move of leastOf(movesOf(dump.task.key.rows, isTried), MAX_TRIED, distanceOf)) {
      const key = Object.values(move).join();
      if (!known.has(key)) yield move;
      known.add(key);
    }
  }
}

/**
 * Returns a function that computes the distance of a row from the dump after a move. It uses sums of each tile's
 * weights over each tile's values.
 */
function distances({ task, got }: Dump, row: number): (move: Move, limit: number) => number {
  // A masked tile may be read at a place that the row may attend to.
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
      seen: tabulate(count, (at) => sightOf(at * tile, tile, isHidden)),
    }));
    const isOther = isSwap && seen[other] === "whole";
    if (seen[one] !== "whole" || (isSwap && seen[other] === "part")) return Number.POSITIVE_INFINITY;
    // A swap of keys with their values changes nothing if the row sees both tiles.
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

/** Returns how much of a tile a row may attend to. */
function sightOf(first: number, tile: number, isHidden: (j: number) => boolean): "whole" | "none" | "part" {
  const hidden = tabulate(tile, (at) => isHidden(first + at));
  return hidden.every(Boolean) ? "none" : hidden.some(Boolean) ? "part" : "whole";
}

/**
 * Returns, for each pair of tiles, the sum of the first tile's exponentials, followed by their weighted sum of the
 * second tile's values in the first columns.
 */
function crossSums(
  powers: Float64Array,
  { cols, data }: Matrix,
  tile: number,
  count: number,
): readonly Float64Array[] {
  return tabulate(count * count, (index) => {
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
    if (count > MAX_TILES) continue;
    for (let pair = 0; pair < count * count; pair++) {
      const [one, other] = [Math.floor(pair / count), pair % count];
      if (other !== one) yield* movesOfPair({ tile, one, other }).filter(isTried);
    }
  }
}

/** Returns the wrong lookups of two tiles. A swap is the same in both orders, so it is tried in one of them. */
function movesOfPair(tiles: Pick<Move, "tile" | "one" | "other">): readonly Move[] {
  const swaps = tiles.other > tiles.one ? [false, true] : [false];
  return WHICH.flatMap((which) => swaps.map((isSwap) => ({ ...tiles, which, isSwap })));
}

/** The maximum number of tiles for which reordered values are tried on every wrong output. */
export const MAX_SWAPPED = 16;

/** Yields variants in which two tiles of values are swapped. */
export function* swappedValues(given: SearchContext): Generator<Variant> {
  const { rows } = given.tasks[0].key;
  const isTried = ({ tile, which, isSwap }: Move) =>
    isSwap && which === "values alone" && tile > 1 && Math.floor(rows / tile) <= MAX_SWAPPED;
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
    // Swapped values alone are a mistake with another name.
    const moves = [...nearestMoves(given, ({ which, isSwap }) => !isSwap || which !== "values alone")];
    for (const move of moves) {
      const { tile, one, other, which, isSwap } = move;
      yield moving(move, {
        tile,
        first: one * tile,
        read: other * tile,
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

// Mistakes in loading values: a key's weight is applied to another key's values.

/** A function that returns whose values a key's weight is applied to. */
type Order = (key: number, numKeys: number) => number;

/**
 * Makes a variant in which the weight of key j is applied to the values of key `from(j)`. Each value is used once, so
 * the scores are moved instead.
 */
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

/** Wrong orders of tiles, by description. */
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

/**
 * Returns a weighting in which each weight applies to the value `by` keys later. Weights that are moved beyond the end
 * apply to their own value again, or to zeros.
 */
const beside =
  (by: number, isAgain: boolean): Weighting =>
  (_, { powers, sum }) => {
    const weights = over(powers, sum);
    const moved = new Float64Array(weights.length);
    for (let j = 0; j < weights.length; j++) {
      const from = j + by;
      if (from >= 0 && from < weights.length) moved[from] += weights[j];
      else if (isAgain) moved[j] += weights[j];
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
        if (tile < 2 || count < 2 || count > MAX_SWAPPED) continue;
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
        yield withWeighting(beside(by, true), { by, end: "the last one again" });
        yield withWeighting(beside(by, false), { by, end: "zeros" });
      }
    },
  }),
];

/** A double buffer of which the wrong half is read. */
export const valueTileBehind: KernelMistake = {
  id: "value-tile-behind",
  step: "output",
  title: "The weights of each tile were applied to the values of a neighbouring tile.",
  formula: "o_i = Σ_j α_ij v_j, with the values of the keys that are weighed",
  fix: "Read the buffer that was just filled: wait for the load, and use its index, not that of the tile before.",
  *variants({ tasks: [{ key }] }): Generator<Variant> {
    for (const tile of TILES.filter((size) => size < key.rows))
      for (const [which, by] of [["the one before", -tile] as const, ["the next", tile] as const])
        for (const end of ["its own", "zeros"])
          yield withWeighting(beside(by, end === "its own"), { tile, which, "at the end": end });
  },
};
