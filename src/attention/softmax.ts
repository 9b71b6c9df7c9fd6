import { exponentials, LARGEST_PLAIN_SCORE, normalizeRows } from "../ops/softmax.js";
import { rowSums } from "../ops/sums.js";
import { weightedSum } from "../ops/weighted-sum.js";
import { type Conditioning, emptyRowsOf, recordMasked } from "./conditioning.js";
import type { Recorder, Ref } from "./recorder.js";
import { requireShapes } from "./shapes.js";

/**
 * Records the softmax of each row as three steps: `exponentials`, `row-sums`, and `weights` (or `align`, if weights are
 * computed from it). n×m → n×m. Masked cells vanish according to `fill`; rows with only −∞ follow `emptyRow`.
 */
export function recordSoftmax(
  recorder: Recorder,
  scores: Ref,
  { emptyRow, mask, fill }: Pick<Conditioning, "emptyRow" | "mask" | "fill">,
  { isShifted, as }: { readonly isShifted: boolean; readonly as: "weights" | "align" },
): Ref {
  const blocked = mask?.cells;
  const unmasked = recorder.record(
    "exponentials",
    exponentials,
    [scores],
    { isShifted },
    {
      formula: isShifted ? "E = e^(s − row maximum)" : "E = e^s",
      blocked,
      notes: isShifted ? [SHIFTED] : [],
    },
  );
  const powers = recordMasked(recorder, unmasked, "exponentials", { mask, fill });
  const sums = recorder.record("row-sums", rowSums, [powers]);
  return recorder.record(as, normalizeRows, [powers, sums], emptyRowsOf(emptyRow), { blocked });
}

const SHIFTED = `a score is beyond ±${LARGEST_PLAIN_SCORE}, so the row maximum is subtracted first; the weights are the same`;

/** Records α·V, or α̃·V after dropout. α: n×m, V: m×d_v → n×d_v. Throws SHAPE_MISMATCH. */
export function recordWeightedSum(
  recorder: Recorder,
  weights: Ref,
  value: Ref,
  as: "output" | "context",
): Ref {
  requireShapes([weights, "n", "m"], [value, "m", "d_v"]);
  return recorder.record(as, weightedSum, [weights, value]);
}
