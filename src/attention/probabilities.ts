import { exponentials, normalizeRows } from "../ops/softmax.js";
import { rowSums } from "../ops/sums.js";
import type { Recorder, Ref } from "./recorder.js";

/** Records the softmax of each row of logits as `logit-exponentials`, `logit-sums` and `probabilities`. n×V → n×V. */
export function recordProbabilities(recorder: Recorder, logits: Ref): Ref {
  const powers = recorder.record("logit-exponentials", exponentials, [logits], { isShifted: true });
  const sums = recorder.record("logit-sums", rowSums, [powers]);
  return recorder.record("probabilities", normalizeRows, [powers, sums], { emptyRow: "zero" });
}
