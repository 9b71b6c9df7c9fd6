import { upTo } from "../../../math/lists.js";
import type { Task } from "../task.js";
import {
  type KernelMistake,
  kernelMistakes,
  PARTS,
  type Parameters,
  replacing,
  type SearchContext,
  type Variant,
} from "./kernel-mistake.js";
import { tilesBelow } from "./online.js";
import { type Order, rowsFrom, turnedBy } from "./orders.js";
import { pagesInAnyOrder } from "./page-order.js";
import { inAnyRange } from "./some-cells.js";
import { EACH_ONCE, nearestInTwoRows } from "./sums.js";

// Mistakes in looking up keys or values: those of another tile, page or row are read in their place.

export const WHICH = ["keys and values", "keys alone", "values alone"] as const;
type Which = (typeof WHICH)[number];

/** Makes a variant in which keys, values or both are read from other places. */
export const readFrom = (which: Which, from: Order, parameters: Parameters): Variant =>
  replacing(PARTS[which], (task, part) => rowsFrom(task[part], from), parameters);

/** The maximum number of distances over which keys are looked up. */
const MAX_DISTANCES = 64;

/** Returns the distances between a key and the place where it is looked up: whole tiles, if there are many keys. */
function distancesIn(numKeys: number): readonly number[] {
  const tile = 2 ** Math.ceil(Math.log2(Math.max(1, numKeys / MAX_DISTANCES)));
  return upTo(Math.ceil(numKeys / tile), 1).map((at) => at * tile);
}

/** Returns variants whose keys are looked up some places away, in the same batch or in another one. */
function lookedUpElsewhere({ tasks, allBatches = [] }: SearchContext) {
  const { rows } = tasks[0].key;
  const places = [0, ...distancesIn(rows).flatMap((by) => [by, -by])];
  const sources = [
    { of: (task: Task) => task, said: {} },
    ...allBatches
      .filter((one) => one.tasks !== tasks && one.tasks[0].key.rows === rows)
      .map(({ batch, tasks: others }) => ({ of: ({ head }: Task) => others[head], said: { batch } })),
  ];
  return sources.flatMap(({ of, said }) =>
    places.flatMap((by) =>
      WHICH.map((which) =>
        replacing(PARTS[which], (task, part) => rowsFrom(of(task)[part], (key) => key + by), {
          ...(which !== "keys and values" && { which }),
          ...(by !== 0 && { read: `j ${by < 0 ? "−" : "+"} ${Math.abs(by)}` }),
          ...said,
        }),
      ),
    ),
  );
}

/** Returns keys, values or both whose pages are read in the order that a wrong row shows. */
const inPages = (given: SearchContext, which: Which, most?: number) =>
  pagesInAnyOrder(
    given,
    (by) => readFrom(which, (key) => key + by, {}),
    (order, said) => readFrom(which, order, { ...(which !== "keys and values" && { which }), ...said }),
    most,
  );

export const tileRepeated: KernelMistake = {
  id: "tile-repeated",
  step: "output",
  title: "A tile of keys and values was read in place of another.",
  formula: EACH_ONCE,
  fix: "Check the page table, and the address of each tile.",
  variants(given) {
    const { rows } = given.tasks[0].key;
    return [
      ...inAnyRange(given, lookedUpElsewhere(given)),
      // Values alone are a mistake with another name.
      ...inPages(given, "keys alone"),
      ...inPages(given, "keys and values"),
      ...nearestInTwoRows(
        given,
        tilesBelow(rows).flatMap((tile) =>
          WHICH.map((which) =>
            readFrom(which, (place) => place % tile, { tile, read: "always the first", which }),
          ),
        ),
      ),
    ];
  },
};

/** Returns the order in which keys beyond the end have zeros, or their own values again. */
const beside =
  (by: number, end: string): Order =>
  (key, numKeys) =>
    end !== "zeros" && (key + by < 0 || key + by >= numKeys) ? key : key + by;

/** The maximum number of pages of values that are tried on every wrong output. */
const MAX_SWAPPED = 16;

const weighing = kernelMistakes("output", EACH_ONCE);

export const VALUE_TILES = [
  weighing({
    id: "value-tiles-swapped",
    title: "Tiles of values stand in another order than those of their keys.",
    fix: "Load the values of the same tile as its keys.",
    variants: (given) => inPages(given, "values alone", MAX_SWAPPED),
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

/** A double buffer of which the wrong half is read. */
export const valueTileBehind: KernelMistake = {
  id: "value-tile-behind",
  step: "output",
  title: "The weights of each tile were applied to the values of a neighbouring tile.",
  formula: "o_i = Σ_j α_ij v_j, with the values of the keys that are weighed",
  fix: "Read the buffer that was just filled: wait for the load, and use its index, not that of the tile before.",
  *variants({ tasks: [{ key }] }) {
    for (const tile of tilesBelow(key.rows))
      for (const [which, by] of [["the one before", -tile] as const, ["the next", tile] as const])
        for (const end of ["its own", "zeros"])
          yield readFrom("values alone", beside(by, end), { tile, which, "at the end": end });
  },
};
