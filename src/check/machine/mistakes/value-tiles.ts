import { upTo } from "../../../math/lists.js";
import { remember } from "../../../math/remember.js";
import { productsOfRow, scoresOfRow } from "../row-scores.js";
import { makeRow, softmaxOf } from "../rows.js";
import type { Task } from "../task.js";
import { spread } from "../where.js";
import {
  joinedKeys,
  type KernelMistake,
  kernelMistakes,
  type Parameters,
  type SearchContext,
  type Variant,
} from "./kernel-mistake.js";
import { TILES, tilesBelow } from "./online.js";
import { type Order, reversed, transposed, turnedBy } from "./orders.js";
import { storageMisread } from "./other-arrays.js";
import { EACH_ONCE, nearestWays } from "./sums.js";

// Mistakes in looking up keys or values: those of another tile, page or row are read in their place.

const WHICH = ["keys and values", "keys alone", "values alone"] as const;
type Which = (typeof WHICH)[number];

/** A place outside the keys, where keys and values are zeros. */
export const NOWHERE = -1;

/**
 * Makes a variant in which keys, values or both are read from other places. `withMore` may add keys and values behind
 * those of the task, to read from.
 */
export const readFrom = (
  which: Which,
  from: Order,
  parameters: Parameters,
  withMore = (task: Task) => task,
): Variant => ({
  parameters,
  make(task, row) {
    const numKeys = task.key.rows;
    const whole = withMore(task);
    const all = productsOfRow(whole, row);
    const products = all.subarray(0, numKeys);
    const isOfValues = which === "values alone";
    const read = isOfValues ? products : products.map((_, j) => all[from(j, numKeys)] ?? 0);
    const scores = scoresOfRow(task, row, read);
    if (which === "keys alone") return makeRow(task, row, scores);
    const padded = new Float64Array(all.length).fill(Number.NEGATIVE_INFINITY, numKeys);
    padded.set(scores);
    return makeRow(whole, row, padded, (...given) => {
      const moved = new Float64Array(all.length);
      const weights = softmaxOf(...given);
      for (let j = 0; j < numKeys; j++) moved[from(j, numKeys)] += weights[j];
      return moved;
    });
  },
});

/** Returns the order in which a tile is read at another place. If swapped, also the reverse. */
const moving =
  ({ tile, first, read, isSwap }: Move): Order =>
  (place) => {
    const isIn = (start: number) => place >= start && place < start + tile;
    return isIn(first) ? place + read - first : isSwap && isIn(read) ? place + first - read : place;
  };

/** The maximum number of tiles for which all pairs are tried. */
const MAX_TILES = 64;
const MAX_TRIED = 4;

/** A tile of keys that begins at `first`, and the place where it is read. */
interface Move {
  readonly tile: number;
  readonly first: number;
  readonly read: number;
  readonly which: Which;
  readonly isSwap: boolean;
}

/**
 * Yields every wrong lookup of a tile among `copies` arrays of keys, of at most `most` tiles each. A swap is tried in one
 * of its orders.
 */
function* listMoves(numKeys: number, copies: number, most: number): Generator<Move> {
  for (const tile of TILES) {
    const count = Math.floor(numKeys / tile);
    if (count > most) continue;
    const places = upTo(count).map((at) => at * tile);
    const everywhere = upTo(copies).flatMap((copy) => places.map((place) => copy * numKeys + place));
    for (const first of places)
      for (const read of everywhere)
        for (const which of read === first ? [] : WHICH)
          for (const isSwap of read > first && read < numKeys ? [false, true] : [false])
            yield { tile, first, read, which, isSwap };
  }
}

/** Returns the same head in the other batches, if it has as many keys there. Pages of one cache may be exchanged. */
function inOtherBatches({ otherBatches = [], tasks, dump }: SearchContext) {
  const { key, head } = dump?.task ?? tasks[0];
  const others = otherBatches.filter((one) => one.tasks !== tasks && one.tasks[head]?.key.rows === key.rows);
  return others.map(({ batch, tasks: own }) => ({ batch, task: own[head] }));
}

/** Returns the moves that bring wrong rows closest to the dump, as `describe` says them. */
function nearestMoves(
  given: SearchContext,
  describe: (move: Move) => Parameters | undefined,
  others: ReturnType<typeof inOtherBatches> = [],
  mostTiles = MAX_TILES,
): readonly Variant[] {
  const { dump, tasks } = given;
  const numKeys = tasks[0].key.rows;
  const known = new WeakMap<Task, Task>();
  const withMore = (task: Task) =>
    remember(known, task, () => ({ ...task, ...joinedKeys([task, ...others.map((other) => other.task)]) }));
  const { cols, data } = withMore(dump?.task ?? tasks[0]).value;
  // A tile of zeros that is read is another mistake.
  const isBlank = ({ tile, read }: Move) =>
    data.subarray(read * cols, (read + tile) * cols).every((value) => value === 0);
  function* variants() {
    for (const move of listMoves(numKeys, 1 + others.length, mostTiles)) {
      const parameters = describe(move);
      if (!parameters || isBlank(move)) continue;
      const other = others[Math.floor(move.read / numKeys) - 1];
      const said = other ? { ...parameters, read: move.read % numKeys, batch: other.batch } : parameters;
      yield readFrom(move.which, moving(move), said, withMore);
    }
  }
  return nearestInTwoRows(given, Array.from(variants()));
}

/** Returns the ways that bring two wrong rows closest to the dump. One row may not see all keys. */
function nearestInTwoRows(given: SearchContext, ways: readonly Variant[]): readonly Variant[] {
  const rows = spread(given.dump?.wrongRows ?? [], 3).slice(0, 2);
  return [...new Set(rows.flatMap((row) => nearestWays(given, ways, MAX_TRIED, row)))];
}

export const tileRepeated: KernelMistake = {
  id: "tile-repeated",
  step: "output",
  title: "A tile of keys and values was read in place of another.",
  formula: EACH_ONCE,
  fix: "Check the page table, and the address of each tile.",
  *variants(given): Generator<Variant> {
    const moves = nearestMoves(
      given,
      ({ tile, first, read, which, isSwap }) => {
        // Swapped values alone are a mistake with another name.
        if (isSwap && which === "values alone") return undefined;
        const said = { ...(which !== "keys and values" && { which }), ...(isSwap && { how: "swapped" }) };
        return { tile, first, read, ...said };
      },
      inOtherBatches(given),
    );
    yield* moves;
    for (const tile of moves.length > 0 ? tilesBelow(given.tasks[0].key.rows) : [])
      for (const which of ["keys alone", "values alone", "keys and values"] as const)
        yield readFrom(which, (place) => place % tile, { tile, read: "always the first", which });
  },
};

/** Returns the order in which keys beyond the end have zeros, or their own values again. */
const beside =
  (by: number, end: string): Order =>
  (key, numKeys) =>
    end !== "zeros" && (key + by < 0 || key + by >= numKeys) ? key : key + by;

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
  "each the next": turnedBy,
  "each the one before": (size) => turnedBy(-size),
};

/** The maximum number of tiles for which reordered values are tried on every wrong output. */
const MAX_SWAPPED = 16;

const weighing = kernelMistakes("output", EACH_ONCE);

export const VALUE_TILES: readonly KernelMistake[] = [
  weighing({
    id: "value-tiles-swapped",
    title: "Two tiles of values were swapped, or those of their keys.",
    fix: "Load the values of the same tile as its keys.",
    *variants(given) {
      const { rows } = given.tasks[0].key;
      for (const tile of TILES) {
        const count = Math.floor(rows / tile);
        if (tile < 2 || count < 2 || count > MAX_SWAPPED) continue;
        for (const [which, order] of Object.entries(ORDERS))
          yield readFrom("values alone", order(tile), { tile, which });
      }
      const describe = ({ tile, first, read, which, isSwap }: Move) =>
        isSwap && which === "values alone" && tile > 1 ? { tile, first, second: read } : undefined;
      yield* nearestMoves(given, describe, [], MAX_SWAPPED);
    },
  }),
  weighing({
    id: "values-shifted",
    title: "Each weight was applied to the value of a neighbouring key.",
    fix: "Look for an offset of one row in the address of the values, or in their stride.",
    *variants() {
      for (const by of [1, -1]) {
        yield readFrom("values alone", turnedBy(by), { by });
        for (const end of ["the last one again", "zeros"])
          yield readFrom("values alone", beside(by, end), { by, end });
      }
    },
  }),
];

/** Yields wrong places for all keys, or for the keys of each tile, by description. */
function* listOrders(numKeys: number): Generator<{ readonly said: Parameters; readonly order: Order }> {
  for (const by of [2, 3, 4, 8]) {
    yield { said: { place: `⌊j / ${by}⌋` }, order: (key) => Math.floor(key / by) };
    yield { said: { place: `${by} j mod ${numKeys}` }, order: (key) => (by * key) % numKeys };
  }
  for (let bit = 1; bit < numKeys; bit *= 2) {
    const order = (key: number) => ((key ^ bit) < numKeys ? key ^ bit : key);
    yield { said: { place: `j xor ${bit}` }, order };
  }
  for (const tile of tilesBelow(numKeys)) {
    yield { said: { place: `j mod ${tile}` }, order: (key) => key % tile };
    const inTile = (place: string, order: Order) => ({
      said: { tile, "place in it": place },
      order: (key: number) => key - (key % tile) + order(key % tile, tile),
    });
    yield inTile("from the last to the first", reversed);
    yield inTile("the next", turnedBy(1));
    yield inTile("the one before", turnedBy(-1));
    for (let rows = 2; rows < tile; rows *= 2)
      yield inTile(`${rows} × ${tile / rows} transposed`, transposed(rows));
  }
  for (const at of numKeys <= MAX_SHIFTED ? upTo(numKeys, 1) : []) {
    yield { said: { place: `j + ${at} around the end` }, order: turnedBy(at) };
    yield { said: { place: `${at} at most` }, order: (key) => Math.min(key, at) };
  }
}

/** Up to this number of keys, every shift is tried. */
const MAX_SHIFTED = 512;

/** Keys or values that are read in a wrong order. */
export const keysMisplaced: KernelMistake = {
  ...storageMisread,
  isFree: true,
  variants(given) {
    const { rows } = given.tasks[0].key;
    const ways = Array.from(listOrders(rows)).flatMap(({ said, order }) =>
      WHICH.map((which) => readFrom(which, order, { ...said, which })),
    );
    return nearestInTwoRows(given, ways);
  },
};

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
          yield readFrom("values alone", beside(by, end), { tile, which, "at the end": end });
  },
};
