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

/** The keys that a mistake concerns, by description. */
const REGIONS: Readonly<
  Record<string, (key: number, place: number, tile: number, numKeys: number) => boolean>
> = {
  "the diagonal tile": (key, place, tile) => Math.floor(key / tile) === Math.floor(place / tile),
  "all but the diagonal tile": (key, place, tile) => Math.floor(key / tile) !== Math.floor(place / tile),
  "the last tile": (key, _, tile, numKeys) => Math.floor(key / tile) === Math.floor((numKeys - 1) / tile),
  "all but the last tile": (key, _, tile, numKeys) =>
    Math.floor(key / tile) !== Math.floor((numKeys - 1) / tile),
  "the first tile": (key, _, tile) => key < tile,
  "all but the first tile": (key, _, tile) => key >= tile,
};

/** Makes a variant that has the scores of another attention for some keys. */
const inRegion = (
  alter: (task: Task) => Task,
  region: string,
  tile: number,
  parameters: Parameters,
): Variant =>
  withScores(
    (task, row) => {
      const others = scoresOfRow(alter(task), row);
      const numKeys = task.key.rows;
      const place = row + Math.max(0, numKeys - task.query.rows);
      return scoresOfRow(task, row).map((score, j) =>
        REGIONS[region](j, place, tile, numKeys) ? others[j] : score,
      );
    },
    { ...parameters, tile, keys: region },
  );

const MAX_TRIED = 3;

/** Makes a mistake in the scores of some keys only. */
export const inSomeKeys = (mistake: KernelMistake): KernelMistake => ({
  ...mistake,
  isFree: true,
  variants(given) {
    const ways = variantsOf(mistake, given).flatMap(({ alter, parameters = {} }) =>
      alter
        ? tilesBelow(given.tasks[0].key.rows).flatMap((tile) =>
            Object.keys(REGIONS).map((region) => inRegion(alter, region, tile, parameters)),
          )
        : [],
    );
    return nearestWays(given, ways, MAX_TRIED);
  },
});
