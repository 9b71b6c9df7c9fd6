import { sumOver } from "../../../../math/lists.js";
import { createMatrix } from "../../../../math/matrix.js";
import { usualSplits } from "../../mistakes/splits.js";
import { powersOf } from "../../row-scores.js";
import { over } from "../../rows.js";
import { numKeysOf } from "../../task.js";
import { slopeAt, timesCells } from "../backward-rows.js";
import {
  cells,
  type GradientMistake,
  type GradientVariant,
  gradientMistakes,
  weightsFrom,
} from "./gradient-mistake.js";
import { wrongPlaces } from "./readings.js";

// Mistakes with the log-sum-exp L of the forward pass, from which the backward pass computes the weights again.

const left = gradientMistakes("weights", "P = e^(s − L), with L = ln Σ e^s of the row");

/**
 * Computes the weights of each part of the keys from the log-sum-exp of the part, as in the forward pass of one rank. With
 * `isOwnDelta`, δ is that of the part, too.
 */
const ofParts = (starts: readonly number[], isOwnDelta: boolean): GradientVariant => ({
  parameters: { read: `one of ${starts.length} parts of the keys`, ...(isOwnDelta && { and: "δ" }) },
  change(rows) {
    const { scores, dWeights, delta } = rows;
    const { cols } = scores;
    const [weights, dots] = [createMatrix(rows.count, cols), createMatrix(rows.count, cols)];
    for (let row = 0; row < rows.count; row++)
      for (const [part, start] of starts.entries()) {
        const [first, end] = [row * cols + start, row * cols + (starts[part + 1] ?? cols)];
        const { powers, sum } = powersOf(scores.data.subarray(first, end));
        if (sum === 0) continue;
        const own = over(powers, sum);
        weights.data.set(own, first);
        dots.data.fill(
          isOwnDelta ? sumOver(own, (weight, j) => weight * dWeights.data[first + j]) : delta[row],
          first,
          end,
        );
      }
    const dScaled = cells(
      weights,
      (at) => weights.data[at] * (dWeights.data[at] - dots.data[at]) * slopeAt(rows, at),
    );
    return { pairs: { query: dScaled, key: dScaled, value: timesCells(weights, rows.factors) } };
  },
});

export const LOG_SUM_EXPS: readonly GradientMistake[] = [
  left({
    id: "lse-stale",
    title: "The log-sum-exp is that of another row or head, or of a part of the keys.",
    fix: "In every tile, load L of the tile's rows again: that of all keys of the row.",
    variants: (all) => [
      ...Array.from(
        wrongPlaces(all, "L"),
        ({ read, of }): GradientVariant => ({
          parameters: { read },
          change(rows, head) {
            const { data } = of("L", head);
            return { weights: weightsFrom(rows, (score, row) => Math.exp(score - data[rows.first + row])) };
          },
        }),
      ),
      ...usualSplits(numKeysOf(all.heads[0].task)).flatMap((starts) =>
        [false, true].map((isOwnDelta) => ofParts(starts, isOwnDelta)),
      ),
    ],
  }),
];
