import { exponentials, normalizeRows } from "../ops/softmax.js";
import { rowSums } from "../ops/sums.js";
import type { Recorder, Ref } from "../trace/recorder.js";

/** Records the softmax of each row of logits as `logit-exponentials`, `logit-sums` and `probabilities`. n×V → n×V. */
export function recordProbabilities(recorder: Recorder, logits: Ref): Ref {
  const { axes } = logits;
  const powers = recorder.step(exponentials, [logits], {
    params: { isShifted: true },
    id: "logit-exponentials",
    title: "Exponentials of the logits",
    axes,
    formula: "E = e^(logit − row maximum)",
  });
  const sums = recorder.step(rowSums, [powers], {
    id: "logit-sums",
    title: "Sums of the exponentials",
    formula: "Σ E",
    axes: [axes[0], { name: "sum", labels: ["Σ"] }],
    view: "margin",
    of: powers,
  });
  return recorder.step(normalizeRows, [powers, sums], {
    params: { emptyRow: "zero" },
    id: "probabilities",
    role: "probabilities",
    title: "Probabilities",
    formula: "p = E / Σ E",
    axes,
  });
}
