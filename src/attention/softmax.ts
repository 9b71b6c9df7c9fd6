import { exponentials, LARGEST_PLAIN_SCORE, normalizeRows } from "../ops/softmax.js";
import { rowSums } from "../ops/sums.js";
import { weightedSum } from "../ops/weighted-sum.js";
import type { Recorder, Ref } from "../trace/recorder.js";
import { type Conditioning, emptyRowsOf, recordMasked } from "./conditioning.js";
import { requireShapes } from "./shapes.js";

/** What the last step of a softmax is called: the weights, or what they are made of. */
const NAMED = {
  weights: { id: "weights", role: "weights", title: "Weights", formula: "α = E / Σ E" },
  align: { id: "align", role: "softmax", title: "Alignment", formula: "E / Σ E" },
} as const;

/**
 * Records the softmax of each row as three steps: `exponentials`, `row-sums`, and `weights` (or `align`, where weights are
 * made of it). n×m → n×m. Masked cells vanish as `fill` says; rows in which every score is −∞ follow `emptyRow`.
 */
export function recordSoftmax(
  recorder: Recorder,
  scores: Ref,
  { emptyRow, mask, fill }: Pick<Conditioning, "emptyRow" | "mask" | "fill">,
  { isShifted, as }: { readonly isShifted: boolean; readonly as: keyof typeof NAMED },
): Ref {
  const { axes } = scores;
  const blocked = mask?.cells;
  const unmasked = recorder.step(exponentials, [scores], {
    params: { isShifted },
    id: "exponentials",
    role: "exponentials",
    title: "Exponentials",
    formula: isShifted ? "E = e^(s − row maximum)" : "E = e^s",
    axes,
    blocked,
    notes: isShifted ? [SHIFTED] : [],
  });
  const powers = recordMasked(recorder, unmasked, "exponentials", { mask, fill });
  const sums = recorder.step(rowSums, [powers], {
    id: "row-sums",
    role: "row-sums",
    title: "Row sums",
    formula: "Σ_j E_ij",
    axes: [axes[0], { name: "sum", labels: ["Σ"] }],
    view: "margin",
    of: powers,
  });
  return recorder.step(normalizeRows, [powers, sums], {
    params: emptyRowsOf(emptyRow),
    ...NAMED[as],
    axes,
    view: "distribution",
    blocked,
  });
}

const SHIFTED = `a score is beyond ±${LARGEST_PLAIN_SCORE}, so the row maximum is taken off first; the weights are the same`;

interface WeightedSumText {
  readonly id: string;
  readonly title: string;
  /** How the weights are written. */
  readonly symbol?: string;
}

/** Records α·V as the step `id`; of weights that dropout left α̃·V. α: n×m, V: m×d_v → n×d_v. Throws SHAPE_MISMATCH. */
export function recordWeightedSum(
  recorder: Recorder,
  weights: Ref,
  value: Ref,
  { id, title, symbol = "α" }: WeightedSumText,
): Ref {
  requireShapes(["weights", weights.shape, "n", "m"], ["value", value.shape, "m", "d_v"]);
  return recorder.step(weightedSum, [weights, value], {
    id,
    role: "context",
    title,
    formula: `${title[0]} = ${symbol} V`,
    axes: [weights.axes[0], value.axes[1]],
  });
}
