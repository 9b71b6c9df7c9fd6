import { matmul } from "../ops/product.js";
import { exponentials, LARGEST_PLAIN_SCORE, needsShift, normalizeRows, rowSums } from "../ops/softmax.js";
import type { Recorder, Ref } from "../trace/recorder.js";
import { type Conditioning, emptyRowsOf, recordMasked } from "./conditioning.js";
import { reportEmptyRows, reportFill, reportOverflow } from "./row-reports.js";
import { requireShapes } from "./shapes.js";

/**
 * Records the softmax of each row as three steps: `exponentials`, `row-sums`, `weights`. n×m → n×m. The last one may
 * have another name when weights are made of it. Masked cells vanish as `fill` says, with
 * a warning where that is not what −∞ gives. Rows in which every score is −∞ follow `emptyRow`, with a warning; throws
 * EMPTY_ROW when that is "error".
 */
export function recordSoftmax(
  recorder: Recorder,
  scores: Ref,
  { emptyRow, mask, fill }: Pick<Conditioning, "emptyRow" | "mask" | "fill">,
  { id, title } = { id: "weights", title: "Weights" },
): Ref {
  const { axes } = scores;
  const blocked = mask?.blocked;
  reportEmptyRows(recorder, scores, { mask, fill, emptyRow });
  reportOverflow(recorder, scores.output(), axes[0]);
  const isShifted = needsShift(scores.output());
  const unmasked = recorder.step(exponentials, [scores], undefined, {
    id: "exponentials",
    title: "Exponentials",
    formula: isShifted ? "E = e^(s − row maximum)" : "E = e^s",
    axes,
    blocked,
    notes: isShifted ? [SHIFTED] : [],
  });
  const powers = recordMasked(recorder, unmasked, "exponentials", { mask, fill });
  const sums = recorder.step(rowSums, [powers], undefined, {
    id: "row-sums",
    title: "Row sums",
    formula: "Σ_j E_ij",
    axes: [axes[0], { name: "sum", labels: ["Σ"] }],
    view: "margin",
    of: powers,
  });
  const weights = recorder.step(normalizeRows, [powers, sums], emptyRowsOf(emptyRow), {
    id,
    title,
    formula: id === "weights" ? "α = E / Σ E" : "E / Σ E",
    axes,
    view: "distribution",
    blocked,
  });
  reportFill(recorder, scores, weights, { mask, fill });
  return weights;
}

const SHIFTED = `a score is beyond ±${LARGEST_PLAIN_SCORE}, so the row maximum is taken off first; the weights are the same`;

/** Records α·V as the step `id`. α: n×m, V: m×d_v → n×d_v. Throws SHAPE_MISMATCH. */
export function recordWeightedSum(
  recorder: Recorder,
  weights: Ref,
  value: Ref,
  id: string,
  title: string,
): Ref {
  requireShapes(["weights", weights.output(), "n", "m"], ["value", value.output(), "m", "d_v"]);
  return recorder.step(matmul, [weights, value], undefined, {
    id,
    title,
    formula: `${title[0]} = α V`,
    axes: [weights.axes[0], value.axes[1]],
  });
}
