import { upTo } from "../../../math/lists.js";
import { type Matrix, mapCells } from "../../../math/matrix.js";
import { type KernelMistake, PARTS, replacing, type Variant } from "./kernel-mistake.js";
import { EACH_ONCE, nearestWays } from "./sums.js";
import { NOWHERE, readFrom } from "./value-tiles.js";

// Keys or values that were read as zeros: holes in a cache, pages that were never written.

/** Up to this number of keys, a hole may begin and end anywhere. Among more keys it begins and ends at tiles. */
const MAX_KEYS = 128;
const MAX_TRIED = 3;

/** Returns the places where a hole may begin or end. */
function boundsOf(numKeys: number): readonly number[] {
  const tile = numKeys <= MAX_KEYS ? 1 : 2 ** Math.ceil(Math.log2(numKeys / MAX_KEYS) + 2);
  return [...upTo(Math.ceil(numKeys / tile)).map((at) => at * tile), numKeys];
}

function* holesIn(numKeys: number, which: Parameters<typeof readFrom>[0]): Generator<Variant> {
  const bounds = boundsOf(numKeys);
  for (const [at, first] of bounds.entries())
    for (const last of bounds.slice(at + 1))
      yield readFrom(which, (place) => (place >= first && place < last ? NOWHERE : place), {
        first,
        keys: last - first,
        which,
      });
}

/** Returns a matrix with rows of zeros. Unlike weights that are left out, they keep the errors of their scores. */
const withHole = (matrix: Matrix, { first = 0, keys = 0 }: Variant["parameters"] = {}): Matrix =>
  mapCells(matrix, (own, row) => (row >= Number(first) && row < Number(first) + Number(keys) ? 0 : own));

export const keysReadAsZeros: KernelMistake = {
  id: "keys-read-as-zeros",
  step: "k",
  title: "Some keys or values were read as zeros.",
  formula: EACH_ONCE,
  fix: "Look for a part of the cache that was cleared or never written: a page, the end of an earlier chunk.",
  variants: (given) =>
    (["keys and values", "values alone", "keys alone"] as const).flatMap((which) =>
      nearestWays(given, holesIn(given.tasks[0].key.rows, which), MAX_TRIED).map(({ parameters }) =>
        replacing(PARTS[which], (task, part) => withHole(task[part], parameters), parameters),
      ),
    ),
};
