import { sumOver, tabulate, upTo } from "../../../math/lists.js";
import { rowOf } from "../../../math/matrix.js";
import { expectedRange, lastOfBlock, tileEnd } from "../keys-used.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import { over, type Weighting } from "../rows.js";
import type { Task } from "../task.js";
import { spread } from "../where.js";
import {
  type Dump,
  type KernelMistake,
  kernelMistakes,
  type Parameters,
  type SearchContext,
  type Variant,
  withWeighting,
} from "./kernel-mistake.js";
import { factorBetween, leastOf } from "./sums.js";

// Mistakes of kernels that process keys in tiles, with a running maximum and a running sum (Milakov and Gimelshein
// 2018; Dao et al. 2022).

/** The usual tile sizes of kernels, with small ones for small examples. */
export const TILES = [16, 32, 64, 128, 256, 8, 4, 2, 1] as const;

/** Returns the tile sizes of more than one key that give several tiles. */
export const tilesBelow = (numKeys: number) => TILES.filter((tile) => tile > 1 && tile < numKeys);

/** Makes the variants of a mistake for each tile size. */
export const inTiles =
  (of: (tile: number, task: Task) => readonly Variant[]) =>
  ({ tasks: [task] }: SearchContext): readonly Variant[] =>
    tilesBelow(task.key.rows).flatMap((tile) => of(tile, task));

/** Returns the sizes to which kernels pad rows of `count` numbers. */
export const paddedSizes = (count: number): readonly number[] =>
  [...new Set(TILES.map((tile) => tileEnd(count, tile)))].filter((size) => size > count);

/** Unusual tile sizes. */
const RARE_TILES = tabulate(62, (index) => 8 * (index + 3)).filter(
  (tile) => !TILES.some((usual) => usual === tile),
);

/** Returns a factor at the tile that begins at `first`. `toTile` is e^(old maximum − that of the tile alone). */
type Rescaling = (right: number, toTile: number, scale: number, first: number) => number;

/** What goes wrong at the next tile. The right factor for accumulator and sum is e^(old − new maximum). */
interface TileError {
  accumulator?: Rescaling;
  sum?: Rescaling;
  /** The exponentials of a tile use the maximum before the tile: for values and sum, or only for the sum. */
  readonly isStale?: boolean;
  readonly isSumStale?: boolean;
  /** The exponentials of the last tile are not added to the sum. */
  readonly isLastLost?: boolean;
  /** The accumulator is divided by the sum after each tile. */
  readonly dividesEachTile?: true;
  /** A running sum is rescaled after the tile was added to it: in each tile, whose first factor is 0, or but the first. */
  readonly late?: Late | undefined;
  readonly sumLate?: Late | undefined;
  /** Tiles are processed up to the last key that a block of so many queries may attend to. Default: one query. */
  readonly block?: number | undefined;
  /** Tiles are processed from the last to the first. */
  readonly isBackwards?: boolean;
  /** Whether the running sums are rescaled wrongly at a tile: of all tiles, if left out. */
  readonly isAt?: ((firstKey: number, place: number) => boolean) | undefined;
}

type Late = "in each" | "but the first";

/** A processed tile, and the factors of the accumulator before and after its values were added. */
interface ProcessedTile {
  readonly first: number;
  readonly last: number;
  readonly before: number;
  readonly after: number;
}

/** Returns the final coefficients of the values if keys are processed in tiles with an error. */
export const withTileError =
  (
    tile: number,
    {
      accumulator = same,
      sum = same,
      isStale,
      isSumStale,
      isLastLost,
      late,
      sumLate,
      dividesEachTile,
      isBackwards,
      block = 1,
      isAt = () => true,
    }: TileError,
  ): Weighting =>
  (scores, _powers, row, task) => {
    const { scale, query } = task;
    const place = row + Math.max(0, scores.length - query.rows);
    const coefficients = new Float64Array(scores.length);
    const processed: ProcessedTile[] = [];
    const ofBlock = lastOfBlock(row, block, task);
    const lastOpen = Math.max(
      scores.findLastIndex((score) => score !== Number.NEGATIVE_INFINITY),
      ofBlock > row ? expectedRange(task, ofBlock).high - 1 : -1,
    );
    let [maximum, total] = [Number.NEGATIVE_INFINITY, 0];
    for (const first of startsOf(scores.length, tile, isBackwards)) {
      const last = Math.min(scores.length, first + tile);
      const ofTile = Math.max(...scores.subarray(first, last));
      const most = Math.max(maximum, ofTile);
      // Before the first visible key there is nothing to rescale, and kernels skip the tiles after the last one.
      if (most === Number.NEGATIVE_INFINITY || first > lastOpen) continue;
      const [right, toTile] = [Math.exp(maximum - most), Math.exp(maximum - ofTile)];
      const isFirst = maximum === Number.NEGATIVE_INFINITY;
      const old = isFirst ? most : maximum;
      const after = (when: Late | undefined) => (when && !(isFirst && when === "but the first") ? right : 1);
      const shift = isSumStale === isStale ? after(sumLate) : Math.exp(isStale ? old - most : most - old);
      const isHere = isAt(first, place);
      total *= isHere ? sum(right, toTile, scale, first) : right;
      for (let j = first; j < last; j++) {
        coefficients[j] = Math.exp(scores[j] - (isStale ? old : most));
        if (!isLastLost || last <= lastOpen) total += coefficients[j] * shift;
      }
      const before = isHere ? accumulator(right, toTile, scale, first) : right;
      processed.push({ first, last, before, after: dividesEachTile ? 1 / total : after(late) });
      maximum = most;
    }
    rescaleTiles(coefficients, processed, dividesEachTile ? 1 : 1 / total);
    return coefficients;
  };

/** Multiplies the contribution of each tile by the last factor and by the factors of all later tiles. */
function rescaleTiles(
  coefficients: Float64Array,
  processed: readonly ProcessedTile[],
  lastFactor: number,
): void {
  let factor = lastFactor;
  for (const { first, last, before, after } of processed.toReversed()) {
    factor *= after;
    for (let j = first; j < last; j++) coefficients[j] *= factor;
    factor *= before;
  }
}

/** Returns the first key of each tile, in processing order. */
export function startsOf(numKeys: number, tile: number, isBackwards = false): readonly number[] {
  const starts = tabulate(Math.ceil(numKeys / tile), (at) => at * tile);
  return isBackwards ? starts.reverse() : starts;
}

const same = (right: number) => right;
export const kept = () => 1;
const lost = () => 0;
/** Before the first tile the factor is 0, and there is nothing to rescale. */
const inverse = (right: number) => (right === 0 ? 0 : 1 / right);

export const rescaling = kernelMistakes(
  "output",
  "with a new maximum m′, the running sums are multiplied by e^(m − m′)",
);

type Text = Pick<KernelMistake, "id" | "title" | "fix"> & Partial<Pick<KernelMistake, "step">>;

/** Makes a mistake from one error, for several tile sizes and processing orders. */
const tileMistake = (
  how: TileError,
  text: Text,
  sizes: readonly number[] = TILES,
  orders: readonly Parameters[] = [{}],
) =>
  rescaling({
    ...text,
    variants: ({ tasks: [{ key }] }) =>
      sizes
        .filter((tile) => tile < key.rows)
        .flatMap((tile) =>
          orders.map((order) =>
            withWeighting(withTileError(tile, { ...how, isBackwards: order === BACKWARDS }), {
              // Where only two tiles meet, their size is not known: the second one may be what is left of the keys.
              ...(2 * tile >= key.rows ? { "at key": tile } : { tile }),
              ...order,
            }),
          ),
        ),
  });

const BACKWARDS: Parameters = { order: "from the last tile" };
const EITHER_WAY: readonly Parameters[] = [{}, BACKWARDS];

/** Makes the mistakes of missing rescaling, for these tile sizes. */
const overSizes = (tiles: readonly number[]) => [
  tileMistake(
    { accumulator: kept },
    {
      id: "accumulator-not-rescaled",
      title: "The running sum of values was not rescaled when the maximum rose.",
      fix: "Multiply the accumulator by e^(old maximum − new maximum) before the values of the next tile are added.",
    },
    tiles,
    EITHER_WAY,
  ),
  tileMistake(
    { sum: kept },
    {
      id: "sum-not-rescaled",
      step: "row-sums",
      title: "The running sum of exponentials was not rescaled when the maximum rose.",
      fix: "Multiply the running sum by e^(old maximum − new maximum) before the exponentials of the next tile are added.",
    },
    tiles,
    EITHER_WAY,
  ),
  tileMistake(
    { accumulator: kept, sum: kept },
    {
      id: "nothing-rescaled",
      title: "Neither the running sum of values nor that of exponentials was rescaled when the maximum rose.",
      fix: "Multiply both by e^(old maximum − new maximum) before the next tile is added.",
    },
    tiles,
    EITHER_WAY,
  ),
];

const SUM_OVERWRITTEN = {
  id: "sum-overwritten",
  step: "row-sums",
  title: "Each tile overwrote the running sum of exponentials: it has only the last tile.",
  fix: "Add the exponentials of a tile to the running sum.",
} as const;

/** The start of the last tile of a row whose keys end before `end`. */
interface LastTile {
  readonly startOf: (end: number) => number;
  readonly parameters: Parameters;
}

/**
 * The same in tiles of any size. The divisor of a row is the sum of its exponentials from one key on, which begins the
 * last tile of all rows with as many keys.
 */
export const sumOverwrittenAnywhere: KernelMistake = rescaling({
  ...SUM_OVERWRITTEN,
  isFree: true,
  variants({ dump }) {
    if (!dump) return [];
    const read = spread(dump.wrongRows, MAX_READ).flatMap((row) => divisorOf(dump, row));
    const ends = read.map(({ sums }) => sums.length);
    const end = Math.max(...ends);
    const tiles: readonly LastTile[] = ends.every((own) => own === end)
      ? upTo(end, 1).map((first) => ({
          startOf: () => first,
          parameters: { keys: first === end - 1 ? first : `${first}–${end - 1}` },
        }))
      : upTo(end, 2).map((tile) => ({
          startOf: (own) => Math.floor((own - 1) / tile) * tile,
          parameters: { tile },
        }));
    const farthest = ({ startOf }: LastTile) =>
      Math.max(...read.map(({ sums, divisor }) => Math.abs(Math.log(sums[startOf(sums.length)] / divisor))));
    return leastOf(tiles, 1, farthest).map(({ startOf, parameters }) =>
      withWeighting(
        (scores, { powers }) => over(powers, sumOver(powers.subarray(startOf(numSeen(scores))))),
        parameters,
      ),
    );
  },
});

/** The maximum number of rows that are read. */
const MAX_READ = 8;

/** Returns the number of keys up to the last one that a row sees. */
const numSeen = (scores: Float64Array) =>
  scores.findLastIndex((score) => score !== Number.NEGATIVE_INFINITY) + 1;

/** Returns the number by which a dumped row was divided, and Σ e^(s − max) of its keys from each key on. */
function divisorOf({ task, got, want }: Dump, row: number) {
  const scores = scoresOfRow(task, row);
  const { powers, sum } = powersOf(scores);
  const divisor = sum / factorBetween(rowOf(got, row), rowOf(want, row));
  if (!(divisor > 0)) return [];
  const sums = powers.slice(0, numSeen(scores));
  for (let j = sums.length - 2; j >= 0; j--) sums[j] += sums[j + 1];
  return [{ sums, divisor }];
}

/** The same mistakes in unusual tile sizes. They are tried if the usual sizes explain nothing. */
export const RARE_ONLINE = overSizes(RARE_TILES);

export const ONLINE = [
  ...overSizes(TILES),
  tileMistake(
    { isStale: true, isSumStale: true },
    {
      id: "maximum-stale",
      step: "exponentials",
      title: "The exponentials of a tile use the old maximum, but were rescaled as if they used the new one.",
      fix: "Find the new maximum before the exponentials of the tile.",
    },
  ),
  tileMistake(
    { accumulator: inverse, sum: inverse },
    {
      id: "rescaled-inversely",
      title:
        "The running sums were multiplied by e^(new maximum − old maximum), the inverse of the right factor.",
      fix: "The factor is e^(old maximum − new maximum), at most 1.",
    },
  ),
  tileMistake(
    { accumulator: lost },
    {
      id: "accumulator-overwritten",
      title: "Each tile overwrote the running sum of values: the output has only the last tile.",
      fix: "Add the product of a tile to the accumulator.",
    },
  ),
  tileMistake(
    { accumulator: lost, sum: lost },
    {
      id: "tiles-overwritten",
      title:
        "Each row has the output of its last tile of keys alone, as if this tile replaced both running sums.",
      fix: "Store the new maximum after each tile: from −∞, the factor e^(old − new maximum) stays 0. Clear the sums before the loop over keys, not in it. If each tile is a chunk of the text, carry the sums over from chunk to chunk.",
    },
  ),
  tileMistake({ sum: lost }, SUM_OVERWRITTEN),
  rescaling({
    id: "divided-in-every-tile",
    title: "The running sum of values was divided by that of exponentials in every tile.",
    fix: "Divide once, after the last tile.",
    variants: ({ tasks: [{ key, query }] }) =>
      TILES.filter((tile) => tile < key.rows).flatMap((tile) =>
        [1, ...tilesBelow(2 * query.rows)].map((block) =>
          withWeighting(withTileError(tile, { dividesEachTile: true, block }), {
            tile,
            ...(block > 1 && { "block of queries": block }),
          }),
        ),
      ),
  }),
];

/** Thresholds of kernels that rescale only if the maximum rises by more than this. The first one is 8 in base 2. */
const RISES = [8 * Math.LN2, 8, 4, 2, 1, 0.5, 0.1] as const;

/** Yields variants that rescale only if the maximum rises by more, or by less, than a threshold. */
function* onConditions(tile: number) {
  for (const rise of RISES)
    for (const which of ["more", "less"] as const) {
      const rescale = (right: number) =>
        (which === "more") === -Math.log(right) > rise ? right : right === 0 ? 0 : 1;
      for (const sum of [rescale, same])
        yield withWeighting(withTileError(tile, { accumulator: rescale, sum }), {
          tile,
          [`rises by ${which} than`]: Number(rise.toPrecision(3)),
          ...(sum === same && { which: "values alone" }),
        });
    }
}

export const rescaledOnCondition = rescaling({
  id: "rescaled-on-condition",
  title:
    "The running sums were rescaled only if the maximum rose by more than some amount, but the new maximum was always used.",
  fix: "If you do not rescale, keep the old maximum, too.",
  *variants({ tasks: [{ key }] }) {
    for (const tile of TILES) if (tile >= 8 && tile < key.rows) yield* onConditions(tile);
  },
});

/** Factors of a running sum at a new maximum, by description. */
const RESCALINGS: Readonly<Record<string, Rescaling>> = {
  "e^(old − new)": same,
  "e^(old − that of the tile)": (_, toTile) => toTile,
  "e^(old − new, unscaled)": (right, _, scale) => right ** (1 / scale),
  1: kept,
  0: lost,
  "e^(new − old)": inverse,
  "2^(old − new)": (right) => right ** Math.LN2,
  "e^(2·old − 2·new)": (right) => right ** 2,
  "e^(old − new), of numbers less a maximum in base 2": (right) => right ** (2 - Math.LN2),
};

/** Wrong multiples of the exponent old − new, by description: another base, or a scale too many. */
const OTHER_EXPONENTS: Readonly<Record<string, Rescaling>> = {
  "e^((old − new)·log₂ e)": (right) => right ** Math.LOG2E,
  "e^((old − new)·scale)": (right, _, scale) => right ** scale,
  "e^((old − new) / 2)": (right) => right ** 0.5,
};

/** Yields every combination of what may go wrong with the two running sums at a new tile. */
function* summedOtherwise(tile: number) {
  for (const when of ["in each", "but the first"] as const)
    for (const [of, slip] of Object.entries({
      values: { accumulator: kept, late: when },
      sum: { sumLate: when },
      "values and sum": { accumulator: kept, late: when, sumLate: when },
    }))
      yield withWeighting(withTileError(tile, slip), { tile, "rescaled after the tile was added": of });
  for (const [text, factor] of Object.entries(OTHER_EXPONENTS)) {
    const [ofValues, ofSum] = [{ "values times": text }, { "sum times": text }];
    yield withWeighting(withTileError(tile, { accumulator: factor, sum: factor }), {
      tile,
      ...ofValues,
      ...ofSum,
    });
    yield withWeighting(withTileError(tile, { accumulator: factor }), { tile, ...ofValues });
    yield withWeighting(withTileError(tile, { sum: factor }), { tile, ...ofSum });
  }
  for (const [values, accumulator] of Object.entries(RESCALINGS))
    for (const [weights, sum] of Object.entries(RESCALINGS))
      for (const isStale of [false, true])
        for (const isSumStale of [false, true])
          for (const isLastLost of [false, true])
            yield withWeighting(withTileError(tile, { accumulator, sum, isStale, isSumStale, isLastLost }), {
              tile,
              ...(accumulator !== same && { "values times": values }),
              ...(sum !== same && { "sum times": weights }),
              ...(isStale && { values: "with the old maximum" }),
              ...(isSumStale && { sum: "with the old maximum" }),
              ...(isLastLost && { "sum of the last tile": "not added" }),
            });
}

/** Yields these combinations in usual tiles. */
export function* rescaledInAnyWay({ tasks: [{ key }] }: SearchContext): Generator<Variant> {
  for (const tile of TILES) if (tile >= 8 && tile < key.rows) yield* summedOtherwise(tile);
}
