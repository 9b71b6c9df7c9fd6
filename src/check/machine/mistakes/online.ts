import { over, type Weighting } from "../rows.js";
import { type KernelMistake, kernelMistakes, type Variant, withWeighting } from "./kernel-mistake.js";

// What is done wrong when keys are worked through in tiles, with a maximum and a sum that grow as they come (Milakov and
// Gimelshein 2018; Dao et al. 2022).

/** Tiles that kernels have; small ones for small examples. */
export const TILES = [16, 32, 64, 128, 256, 8, 4, 2, 1] as const;

/** The running maximum that each key met when its tile was worked. */
function runningMaxima(scores: Float64Array, tile: number, isReversed: boolean): Float64Array {
  const maxima = new Float64Array(scores.length);
  let most = Number.NEGATIVE_INFINITY;
  const tiles = Math.ceil(scores.length / tile);
  for (let count = 0; count < tiles; count++) {
    const start = (isReversed ? tiles - 1 - count : count) * tile;
    const end = Math.min(scores.length, start + tile);
    for (let j = start; j < end; j++) most = Math.max(most, scores[j]);
    maxima.fill(most, start, end);
  }
  return maxima;
}

/** e^(s_j − the maximum when key j came), which is what stays of it when nothing is rescaled. */
function unscaled(scores: Float64Array, tile: number, isReversed: boolean): Float64Array {
  const maxima = runningMaxima(scores, tile, isReversed);
  const kept = new Float64Array(scores.length);
  for (let j = 0; j < kept.length; j++) {
    if (scores[j] !== Number.NEGATIVE_INFINITY) kept[j] = Math.exp(scores[j] - maxima[j]);
  }
  return kept;
}

function total(powers: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < powers.length; j++) sum += powers[j];
  return sum;
}

type Part = "accumulator" | "sum" | "both";

const forgetting =
  (part: Part, tile: number, isReversed: boolean): Weighting =>
  (scores, { powers, sum }) => {
    const kept = unscaled(scores, tile, isReversed);
    const divisor = part === "accumulator" ? sum : total(kept);
    return over(part === "sum" ? powers : kept, divisor);
  };

const overTiles = (part: Part, numKeys: number, tiles: readonly number[]): readonly Variant[] =>
  tiles
    .filter((tile) => tile < numKeys)
    .flatMap((tile) => [
      withWeighting(forgetting(part, tile, false), { tile }),
      withWeighting(forgetting(part, tile, true), { tile, order: "from the last tile" }),
    ]);

/** Tiles that few kernels have. */
const RARE_TILES = Array.from({ length: 62 }, (_, index) => 8 * (index + 3)).filter(
  (tile) => !TILES.some((usual) => usual === tile),
);

/** What becomes of what was summed before when the next tile comes: right is e^(old − new maximum), for both. */
interface Slip {
  accumulator?(right: number): number;
  sum?(right: number): number;
  /** The exponentials of a tile are taken from the maximum before it. */
  readonly isStale?: true;
  /** The accumulator is divided by the sum after each tile. */
  readonly dividesEachTile?: true;
}

/** The coefficients that values end up with when keys are worked in tiles, and something slips. */
const slipping =
  (tile: number, { accumulator = same, sum = same, isStale, dividesEachTile }: Slip): Weighting =>
  (scores) => {
    const coefficients = new Float64Array(scores.length);
    const factors: number[] = [];
    let [maximum, total] = [Number.NEGATIVE_INFINITY, 0];
    for (let first = 0; first < scores.length; first += tile) {
      const last = Math.min(scores.length, first + tile);
      let most = maximum;
      for (let j = first; j < last; j++) most = Math.max(most, scores[j]);
      const right = maximum === Number.NEGATIVE_INFINITY ? 0 : Math.exp(maximum - most);
      const from = isStale && maximum !== Number.NEGATIVE_INFINITY ? maximum : most;
      total *= sum(right);
      for (let j = first; j < last; j++) {
        if (scores[j] === Number.NEGATIVE_INFINITY) continue;
        coefficients[j] = Math.exp(scores[j] - from);
        total += coefficients[j];
      }
      factors.push(accumulator(right), dividesEachTile && total > 0 ? 1 / total : 1);
      maximum = most;
    }
    // What a tile gave meets what later tiles did to the accumulator.
    let after = dividesEachTile ? 1 : 1 / total;
    for (let at = factors.length / 2 - 1; at >= 0; at--) {
      after *= factors[2 * at + 1];
      const last = Math.min(scores.length, (at + 1) * tile);
      for (let j = at * tile; j < last; j++) coefficients[j] *= after;
      after *= factors[2 * at];
    }
    return coefficients;
  };

const same = (right: number) => right;

const rescaling = kernelMistakes(
  "output",
  "with a new maximum m′, what was summed before is multiplied by e^(m − m′)",
);

type Text = Pick<KernelMistake, "id" | "title" | "fix"> & Partial<Pick<KernelMistake, "step">>;

/** A part that is not rescaled, in these tiles. */
const notRescaled = (part: Part, tiles: readonly number[], text: Text): KernelMistake =>
  rescaling({ ...text, variants: ({ tasks: [task] }) => overTiles(part, task.key.rows, tiles) });

const overSizes = (tiles: readonly number[]): readonly KernelMistake[] => [
  notRescaled("accumulator", tiles, {
    id: "accumulator-not-rescaled",
    title: "The running sum of values was not rescaled when the maximum rose.",
    fix: "Multiply the accumulator by e^(old maximum − new maximum) before the values of the next tile are added.",
  }),
  notRescaled("sum", tiles, {
    id: "sum-not-rescaled",
    step: "row-sums",
    title: "The running sum of exponentials was not rescaled when the maximum rose.",
    fix: "Multiply the running sum by e^(old maximum − new maximum) before the exponentials of the next tile are added.",
  }),
  notRescaled("both", tiles, {
    id: "nothing-rescaled",
    title: "Neither the running sum of values nor that of exponentials was rescaled when the maximum rose.",
    fix: "Multiply both by e^(old maximum − new maximum) before the next tile is added.",
  }),
];

/** In tiles of unusual sizes, which are tried when the usual ones explain nothing. */
export const RARE_ONLINE = overSizes(RARE_TILES);

/** One slip in tiles of every size. */
const slip = (how: Slip, text: Text): KernelMistake =>
  rescaling({
    ...text,
    variants: ({ tasks: [task] }) =>
      TILES.filter((tile) => tile < task.key.rows).map((tile) =>
        withWeighting(slipping(tile, how), { tile }),
      ),
  });

const inverse = (right: number) => (right === 0 ? 0 : 1 / right);

export const ONLINE: readonly KernelMistake[] = [
  ...overSizes(TILES),
  slip(
    { isStale: true },
    {
      id: "maximum-stale",
      step: "exponentials",
      title:
        "The exponentials of a tile were taken from the maximum before it, but rescaled as if from the new one.",
      fix: "Find the new maximum before the exponentials of the tile.",
    },
  ),
  slip(
    { accumulator: inverse, sum: inverse },
    {
      id: "rescaled-inversely",
      title:
        "What was summed before was multiplied by e^(new maximum − old maximum), the inverse of the right factor.",
      fix: "The factor is e^(old maximum − new maximum), at most 1.",
    },
  ),
  slip(
    { accumulator: () => 0 },
    {
      id: "accumulator-overwritten",
      title: "Each tile overwrote the running sum of values: only the last one is in the output.",
      fix: "Add the product of a tile to the accumulator.",
    },
  ),
  slip(
    { sum: () => 0 },
    {
      id: "sum-overwritten",
      step: "row-sums",
      title: "Each tile overwrote the running sum of exponentials: only the last one is in it.",
      fix: "Add the exponentials of a tile to the running sum.",
    },
  ),
  slip(
    { dividesEachTile: true },
    {
      id: "divided-in-every-tile",
      title: "The running sum of values was divided by that of exponentials in every tile.",
      fix: "Divide once, after the last tile.",
    },
  ),
];
