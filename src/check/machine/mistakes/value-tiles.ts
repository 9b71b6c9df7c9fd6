import { upTo } from "../../../math/lists.js";
import { productsOfRow, scoresOfRow } from "../row-scores.js";
import { makeRow, softmaxOf } from "../rows.js";
import { spread } from "../where.js";
import {
  type KernelMistake,
  kernelMistakes,
  type Parameters,
  type SearchContext,
  type Variant,
} from "./kernel-mistake.js";
import { TILES, tilesBelow } from "./online.js";
import { EACH_ONCE, nearestWays } from "./sums.js";

// Mistakes in looking up keys or values: those of another tile, page or row are read in their place.

const WHICH = ["keys and values", "keys alone", "values alone"] as const;
type Which = (typeof WHICH)[number];

/** A place outside the keys, where keys and values are zeros. */
export const NOWHERE = -1;

/** A function that returns whose keys or values are read at a place. */
type Order = (place: number, numKeys: number) => number;

/** Makes a variant in which keys, values or both are read from other places. */
export const readFrom = (which: Which, from: Order, parameters: Parameters): Variant => ({
  parameters,
  make(task, row) {
    const products = productsOfRow(task, row);
    const numKeys = products.length;
    const read = products.map((_, j) => products[from(j, numKeys)] ?? 0);
    const scores = scoresOfRow(task, row, which === "values alone" ? products : read);
    if (which === "keys alone") return makeRow(task, row, scores);
    return makeRow(task, row, scores, (...given) => {
      const moved = new Float64Array(numKeys);
      for (const [j, weight] of softmaxOf(...given).entries()) moved[from(j, numKeys)] += weight;
      return moved;
    });
  },
});

/** Returns the order in which tile `other` is read instead of tile `one`. If swapped, also the reverse. */
const moving =
  ({ tile, one, other, isSwap }: Move): Order =>
  (place) => {
    const by = (other - one) * tile;
    const own = Math.floor(place / tile);
    return own === one ? place + by : isSwap && own === other ? place - by : place;
  };

/** The maximum number of tiles for which all pairs are tried. */
const MAX_TILES = 64;
const MAX_TRIED = 4;

interface Move {
  readonly tile: number;
  readonly one: number;
  readonly other: number;
  readonly which: Which;
  readonly isSwap: boolean;
}

/** Yields every wrong lookup of a tile. A swap is the same in both orders, so it is tried in one of them. */
function* listMoves(numKeys: number): Generator<Move> {
  for (const tile of TILES) {
    const count = Math.floor(numKeys / tile);
    if (count > MAX_TILES) continue;
    for (let pair = 0; pair < count * count; pair++) {
      const [one, other] = [Math.floor(pair / count), pair % count];
      for (const which of other === one ? [] : WHICH)
        for (const isSwap of other > one ? [false, true] : [false]) yield { tile, one, other, which, isSwap };
    }
  }
}

/**
 * Returns the moves that bring a wrong row closest to the dump, as `describe` says them. One row may not see all tiles,
 * so two are examined.
 */
function nearestMoves(
  given: SearchContext,
  describe: (move: Move) => Parameters | undefined,
): readonly Variant[] {
  const { dump, tasks } = given;
  const { cols, data } = (dump?.task ?? tasks[0]).value;
  // A tile of zeros that is read is another mistake.
  const isBlank = ({ tile, other }: Move) =>
    data.subarray(other * tile * cols, (other + 1) * tile * cols).every((value) => value === 0);
  function* variants() {
    for (const move of listMoves(tasks[0].key.rows)) {
      const parameters = describe(move);
      if (parameters && !isBlank(move)) yield readFrom(move.which, moving(move), parameters);
    }
  }
  const found = new Map<string, Variant>();
  for (const row of dump ? spread(dump.wrongRows, 3).slice(0, 2) : [])
    for (const way of nearestWays(given, variants(), MAX_TRIED, row))
      found.set(JSON.stringify(way.parameters), way);
  return [...found.values()];
}

export const tileRepeated: KernelMistake = {
  id: "tile-repeated",
  step: "output",
  title: "A tile of keys and values was read in place of another.",
  formula: EACH_ONCE,
  fix: "Check the page table, and the address of each tile.",
  *variants(given): Generator<Variant> {
    const moves = nearestMoves(given, ({ tile, one, other, which, isSwap }) => {
      // Swapped values alone are a mistake with another name.
      if (isSwap && which === "values alone") return undefined;
      const said = { ...(which !== "keys and values" && { which }), ...(isSwap && { how: "swapped" }) };
      return { tile, first: one * tile, read: other * tile, ...said };
    });
    yield* moves;
    for (const tile of moves.length > 0 ? tilesBelow(given.tasks[0].key.rows) : [])
      for (const which of ["keys alone", "values alone", "keys and values"] as const)
        yield readFrom(which, (place) => place % tile, { tile, read: "always the first", which });
  },
};

const shifted =
  (by: number): Order =>
  (key, numKeys) =>
    (key + by + numKeys) % numKeys;

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
  "each the next": (size) => shifted(size),
  "each the one before": (size) => shifted(-size),
};

/** The maximum number of tiles for which reordered values are tried on every wrong output. */
const MAX_SWAPPED = 16;

const weighing = kernelMistakes("output", EACH_ONCE);

const valuesShifted = weighing({
  id: "values-shifted",
  title: "Each weight was applied to the value of a neighbouring key.",
  fix: "Look for an offset of one row in the address of the values, or in their stride.",
  *variants() {
    for (const by of [1, -1]) {
      yield readFrom("values alone", shifted(by), { by });
      for (const end of ["the last one again", "zeros"])
        yield readFrom("values alone", beside(by, end), { by, end });
    }
  },
});

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
      yield* nearestMoves(given, ({ tile, one, other, which, isSwap }) => {
        const isTried =
          isSwap && which === "values alone" && tile > 1 && Math.floor(rows / tile) <= MAX_SWAPPED;
        return isTried ? { tile, first: one * tile, second: other * tile } : undefined;
      });
    },
  }),
  valuesShifted,
];

/** Values that are any number of rows beside their keys. */
export const valuesShiftedAny: KernelMistake = {
  ...valuesShifted,
  variants(given) {
    const { rows } = given.tasks[0].key;
    const ways = upTo(rows).map((by) => readFrom("values alone", shifted(by), { by }));
    return nearestWays(given, ways, 1);
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
