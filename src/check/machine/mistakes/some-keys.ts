import { scoresOfRow } from "../row-scores.js";
import type { Task } from "../task.js";
import {
  type KernelMistake,
  type Parameters,
  type Variant,
  variantsOf,
  withScores,
} from "./kernel-mistake.js";
import { tilesBelow } from "./online.js";
import { nearestWays } from "./sums.js";

// Mistakes with the scores of some keys only: kernels often have a loop of their own for the tiles of the diagonal, or
// for the last tile.

/** A tile of keys, by description. `place` is that of the query among the keys. */
const REGIONS: Readonly<
  Record<string, (key: number, place: number, tile: number, numKeys: number) => boolean>
> = {
  "the diagonal tile": (key, place, tile) => Math.floor(key / tile) === Math.floor(place / tile),
  "the last tile": (key, _, tile, numKeys) => Math.floor(key / tile) === Math.floor((numKeys - 1) / tile),
  "the first tile": (key, _, tile) => key < tile,
};

/** Makes variants that have the scores of another attention in a tile of keys, and in all others. */
const inRegions = (alter: (task: Task) => Task, tile: number, parameters: Parameters): readonly Variant[] =>
  Object.entries(REGIONS).flatMap(([region, isIn]) =>
    [true, false].map((isInside) =>
      withScores(
        (task, row) => {
          const others = scoresOfRow(alter(task), row);
          const numKeys = task.key.rows;
          const place = row + Math.max(0, numKeys - task.query.rows);
          return scoresOfRow(task, row).map((score, key) =>
            isIn(key, place, tile, numKeys) === isInside ? others[key] : score,
          );
        },
        { ...parameters, tile, keys: isInside ? region : `all but ${region}` },
      ),
    ),
  );

const MAX_TRIED = 3;

/** Makes a mistake in the scores of some keys only. */
export const inSomeKeys = (mistake: KernelMistake): KernelMistake => ({
  ...mistake,
  isFree: true,
  variants(given) {
    const ways = variantsOf(mistake, given).flatMap(({ alter, parameters = {} }) =>
      alter ? tilesBelow(given.tasks[0].key.rows).flatMap((tile) => inRegions(alter, tile, parameters)) : [],
    );
    return nearestWays(given, ways, MAX_TRIED);
  },
});
