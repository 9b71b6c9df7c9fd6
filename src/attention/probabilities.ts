import { exponentials, normalizeRows } from "../ops/softmax.js";
import { rowSums } from "../ops/sums.js";
import type { Recorder, Ref } from "../trace/recorder.js";
import { recordStep } from "./steps.js";

/** Records the softmax of each row of logits as `logit-exponentials`, `logit-sums` and `probabilities`. n×V → n×V. */
export function recordProbabilities(recorder: Recorder, logits: Ref): Ref {
  const powers = recordStep(recorder, "logit-exponentials", exponentials, [logits], { isShifted: true });
  const sums = recordStep(recorder, "logit-sums", rowSums, [powers]);
  return recordStep(recorder, "probabilities", normalizeRows, [powers, sums], { emptyRow: "zero" });
}
