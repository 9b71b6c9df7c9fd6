import { UserError } from "../errors.js";
import { type Matrix, rowOf } from "../math/matrix.js";
import { matmul } from "../trace/ops/product.js";
import {
  exponentials,
  LARGEST_PLAIN_SCORE,
  needsShift,
  normalizeRows,
  rowSums,
} from "../trace/ops/softmax.js";
import type { Recorder, Ref } from "../trace/recorder.js";
import { type Conditioning, recordMasked } from "./conditioning.js";
import type { AttendSettings } from "./settings.js";
import { requireShapes } from "./shapes.js";

/**
 * Records the softmax of each row as three steps (`exponentials`, `row-sums`, `weights`) and its column sums.
 * n×m → n×m. The last step may have another name when weights are made of it. Rows in which every score is −∞ follow `emptyRow`, with a warning; throws EMPTY_ROW when that is "error".
 */
export function recordSoftmax(
  recorder: Recorder,
  scores: Ref,
  { emptyRow, mask, fill }: Pick<Conditioning, "emptyRow" | "mask" | "fill">,
  { id, title } = { id: "weights", title: "Weights" },
): Ref {
  const { axes } = scores;
  const blocked = mask?.blocked;
  reportEmptyRows(recorder, scores, emptyRow);
  const isShifted = needsShift(scores.output());
  const unmasked = recorder.step(exponentials, [scores], undefined, {
    id: "exponentials",
    title: "Exponentials",
    formula: isShifted ? "E = e^(s − row maximum)" : "E = e^s",
    axes,
    blocked,
    notes: isShifted
      ? [
          `a score is beyond ±${LARGEST_PLAIN_SCORE}, so the row maximum is taken off first; the weights are the same`,
        ]
      : [],
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
  const weights = recorder.step(
    normalizeRows,
    [powers, sums],
    { emptyRow: emptyRow === "error" ? "zero" : emptyRow },
    {
      ...{ id, title, formula: id === "weights" ? "α = E / Σ E" : "E / Σ E" },
      axes,
      view: "distribution",
      blocked,
    },
  );
  return weights;
}

/** Records α·V as the step `id`. α: n×m, V: m×d_v → n×d_v. */
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

function reportEmptyRows(recorder: Recorder, scores: Ref, emptyRow: AttendSettings["emptyRow"]): void {
  const matrix = scores.output();
  const empty = Array.from({ length: matrix.rows }, (_, row) => row).filter((row) => isEmptyRow(matrix, row));
  if (empty.length === 0) return;
  const labels = scores.axes[0].labels;
  const rows = empty.map((row) => (labels ? `${row} (${labels[row]})` : String(row)));
  const which = `Query ${listed(rows)} may attend to no key`;
  if (emptyRow === "error") {
    throw new UserError("EMPTY_ROW", `${which}.`, {
      hint: "Choose what becomes of it: --empty-row zero, nan or uniform.",
    });
  }
  recorder.warn(`${which}: ${OUTCOME[emptyRow]} (--empty-row ${emptyRow}).`);
}

const OUTCOME = {
  zero: "weights and output are 0",
  nan: "weights and output are NaN",
  uniform: "the weights are 1/m, as if no key were masked",
} as const;

function isEmptyRow(matrix: Matrix, row: number): boolean {
  return rowOf(matrix, row).every((score) => score === Number.NEGATIVE_INFINITY);
}

/** "1, 2 and 5"; long lists end in "and 7 more". */
function listed(items: readonly string[]): string {
  const shown = items.length > 8 ? [...items.slice(0, 7), `${items.length - 7} more`] : items;
  return shown.length === 1 ? shown[0] : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
