import { bestEnd } from "../keys-used.js";
import { makeRow, over } from "../rows.js";
import {
  type KernelMistake,
  kernelMistakes,
  lastWrongRow,
  type Parameters,
  type SearchContext,
  type Variant,
  withoutKeys,
  withWeighting,
} from "./kernel-mistake.js";
import { TILES, tilesBelow } from "./online.js";
import { distanceTo, EACH_ONCE, factorBetween, leastOf, sumsOf, type Tile } from "./sums.js";

// Mistakes with whole tiles of keys. The tile is found from a wrong row: sums over tiles give the output for each
// possible tile.

/** Makes a variant that leaves out some keys. */
const without = ({ first, last }: Tile, parameters: Parameters): Variant =>
  withoutKeys((key) => key >= first && key < last, parameters);

/** Makes a variant that counts some keys twice, or more often. */
const doubled = ({ first, last }: Tile, parameters: Parameters, extra = 1): Variant =>
  withWeighting((_, { powers, sum }) => {
    let more = 0;
    for (let j = first; j < last; j++) more += extra * powers[j];
    return powers.map((power, j) => (power * (j >= first && j < last ? 1 + extra : 1)) / (sum + more));
  }, parameters);

/** Yields every tile of each size, including the incomplete last one. */
function* listTiles(numKeys: number): Generator<Tile & { readonly tile: number }> {
  for (const tile of TILES) {
    if (tile >= numKeys) continue;
    for (let first = 0; first < numKeys; first += tile) {
      yield { tile, first, last: Math.min(numKeys, first + tile) };
    }
  }
}

/**
 * Finds the few tiles that bring a wrong row closest to the dump if they are left out (sign −1) or counted twice (sign
 * 1).
 */
function nearestTiles({ dump }: SearchContext, sign: -1 | 1): readonly (Tile & { readonly tile: number })[] {
  if (!dump) return [];
  const { task, row, got } = lastWrongRow(dump);
  const { sum, weighed, running } = sumsOf(task, row);
  const width = weighed.length + 1;
  /** Returns the squared distance from the dumped row with a tile left out or counted twice. */
  const distanceWith = ({ first, last }: Tile, limit: number): number => {
    const total = sum + sign * (running[last * width] - running[first * width]);
    const partOf = (c: number) => running[last * width + 1 + c] - running[first * width + 1 + c];
    return distanceTo(got, weighed.length, (c) => (weighed[c] + sign * partOf(c)) / total, limit);
  };
  return leastOf(listTiles(task.key.rows), MAX_TRIED, distanceWith);
}

const MAX_TRIED = 4;

/**
 * Yields variants without keys that kernels often lose: the incomplete last tile, the diagonal tile, the first key,
 * every second key or tile.
 */
function* usualDrops(given: SearchContext): Generator<Variant> {
  const [{ key, query }] = given.tasks;
  const numKeys = key.rows;
  const offset = Math.max(0, numKeys - query.rows);
  for (const tile of TILES) {
    const rest = numKeys % tile;
    if (rest > 0 && rest < numKeys)
      yield without({ first: numKeys - rest, last: numKeys }, { tile, keys: rest });
  }
  yield* droppedEnds(given);
  for (const tile of tilesBelow(numKeys)) {
    yield withoutKeys((key, row) => Math.floor(key / tile) === Math.floor((row + offset) / tile), {
      tile,
      which: "diagonal",
    });
    yield withoutKeys((key) => key % tile === tile - 1, { tile, which: "the last of each tile" });
    yield withoutKeys((key) => key % tile === 0, { tile, which: "the first of each tile" });
    yield withoutKeys((key) => Math.floor(key / tile) % 2 === 1, { tile, which: "every second tile" });
  }
  yield withoutKeys((key) => key % 2 === 1, { which: "every second" });
  yield without({ first: 0, last: 1 }, { first: 0, keys: 1 });
}

/** Finds how many of the last keys the last wrong row lacks, and yields a variant without them. */
function* droppedEnds({ dump }: SearchContext): Generator<Variant> {
  if (!dump) return;
  const { task, row, got } = lastWrongRow(dump);
  const { powers, running, weighed } = sumsOf(task, row);
  const first = bestEnd(running, 0, got, weighed.length, Number.POSITIVE_INFINITY)?.high ?? powers.length;
  if (first < powers.length) yield without({ first, last: powers.length }, { first, keys: "to the end" });
}

/** Yields variants whose last tile is moved back to be full, so that it repeats earlier keys. */
function* movedBack(numKeys: number): Generator<Variant> {
  for (const tile of TILES) {
    const rest = numKeys % tile;
    if (rest === 0 || tile >= numKeys) continue;
    const [first, end] = [numKeys - tile, numKeys - 1];
    yield doubled({ first, last: numKeys - rest }, { tile, first, keys: tile - rest });
    yield doubled({ first: end, last: numKeys }, { tile, first: end, times: tile - rest + 1 }, tile - rest);
  }
}

/** Finds how many keys of zeros bring a wrong row closest to the dump. Such keys divide its output by one factor. */
function paddingIn({ dump }: SearchContext): number | undefined {
  if (!dump) return undefined;
  const { task, row, got } = lastWrongRow(dump);
  const right = makeRow(task, row);
  if (!right) return undefined;
  const keys = Math.round((factorBetween(right.output, got) - 1) * Math.exp(right.logSumExp));
  return keys > 0 && keys < MAX_PADDING ? keys : undefined;
}

const MAX_PADDING = 4096;

/** Makes a variant with extra keys in the sum, whose score is 0 and whose values are 0. */
const padded = (keys: number, parameters: Parameters): Variant =>
  withWeighting((_, { powers, sum, maximum }) => over(powers, sum + keys * Math.exp(-maximum)), parameters);

const describeTile = ({ tile, first, last }: Tile & { readonly tile: number }) => ({
  tile,
  first,
  keys: last - first,
});

const counting = kernelMistakes("output", EACH_ONCE);

export const TILES_MISTAKES: readonly KernelMistake[] = [
  counting({
    id: "keys-dropped",
    title: "Some keys were left out.",
    fix: "Compute ⌈m / tile⌉ tiles, including the last one and the diagonal one.",
    *variants(given) {
      yield* usualDrops(given);
      for (const tile of nearestTiles(given, -1)) yield without(tile, describeTile(tile));
    },
  }),
  counting({
    id: "keys-doubled",
    title: "Some keys were counted twice.",
    fix: "Use tiles without overlap: a last tile that is moved back needs a mask.",
    *variants(given) {
      yield* movedBack(given.tasks[0].key.rows);
      for (const tile of nearestTiles(given, 1)) yield doubled(tile, describeTile(tile));
    },
  }),
  counting({
    id: "padding-attended",
    step: "masked-scores",
    title: "The padding keys (zeros) of the last tile were attended.",
    formula: "a padding key has the score −∞",
    fix: "Mask the columns from m on in the last tile.",
    *variants(given) {
      const numKeys = given.tasks[0].key.rows;
      const tried = new Set<number>();
      for (const tile of TILES) {
        const keys = (tile - (numKeys % tile)) % tile;
        if (keys === 0 || tried.has(keys)) continue;
        tried.add(keys);
        yield padded(keys, { tile, keys });
      }
      const keys = paddingIn(given);
      if (keys !== undefined && !tried.has(keys)) yield padded(keys, { keys });
    },
  }),
];
