import { makeRow, scoresOfRow, type Weighting } from "../rows.js";
import type { KernelMistake, Variant } from "./kernel-mistake.js";

// What is done wrong when keys are worked through in tiles, with a maximum and a sum that grow as they come (Milakov and
// Gimelshein 2018; Dao et al. 2022).

/** Tiles that kernels have; small ones for small examples. */
export const TILES = [16, 32, 64, 128, 256, 8, 4, 2, 1] as const;

const FORMULA = "with a new maximum m′, what was summed before is multiplied by e^(m − m′)";

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
  return scores.map((score, j) => (score === Number.NEGATIVE_INFINITY ? 0 : Math.exp(score - maxima[j])));
}

const total = (powers: Float64Array) => powers.reduce((sum, power) => sum + power, 0);

type Part = "accumulator" | "sum" | "both";

const forgetting =
  (part: Part, tile: number, isReversed: boolean): Weighting =>
  (scores, { powers, sum }) => {
    const kept = unscaled(scores, tile, isReversed);
    const divisor = part === "accumulator" ? sum : total(kept);
    return (part === "sum" ? powers : kept).map((power) => power / divisor);
  };

function* overTiles(part: Part, numKeys: number): Generator<Variant> {
  for (const tile of TILES) {
    if (tile >= numKeys) continue;
    for (const isReversed of [false, true]) {
      const weighting = forgetting(part, tile, isReversed);
      yield {
        parameters: { tile, ...(isReversed && { order: "from the last tile" }) },
        make: (task, row) => makeRow(task, row, scoresOfRow(task, row), weighting),
      };
    }
  }
}

const accumulatorNotRescaled: KernelMistake = {
  id: "accumulator-not-rescaled",
  step: "output",
  title: "The running sum of values was not rescaled when the maximum rose.",
  formula: FORMULA,
  fix: "Multiply the accumulator by e^(old maximum − new maximum) before the values of the next tile are added.",
  variants: ({ tasks: [task] }) => overTiles("accumulator", task.key.rows),
};

const sumNotRescaled: KernelMistake = {
  id: "sum-not-rescaled",
  step: "row-sums",
  title: "The running sum of exponentials was not rescaled when the maximum rose.",
  formula: FORMULA,
  fix: "Multiply the running sum by e^(old maximum − new maximum) before the exponentials of the next tile are added.",
  variants: ({ tasks: [task] }) => overTiles("sum", task.key.rows),
};

const nothingRescaled: KernelMistake = {
  id: "nothing-rescaled",
  step: "output",
  title: "Neither the running sum of values nor that of exponentials was rescaled when the maximum rose.",
  formula: FORMULA,
  fix: "Multiply both by e^(old maximum − new maximum) before the next tile is added.",
  variants: ({ tasks: [task] }) => overTiles("both", task.key.rows),
};

export const ONLINE: readonly KernelMistake[] = [accumulatorNotRescaled, sumNotRescaled, nothingRescaled];
