import { type Ref, record, recorder, recordWith } from "../../attention/recorder.js";
import { hasRole } from "../../attention/steps.js";
import { add, tanh } from "../../ops/elementwise.js";
import { rowDeviations, subtractFromRows } from "../../ops/normalisation.js";
import { tanhSum } from "../../ops/similarity.js";
import { rowMaximum } from "../../ops/summary.js";
import { resumeRecorder } from "../../trace/recorder.js";
import type { Step, Trace } from "../../trace/trace.js";

// Numbers that people write between the steps of a recipe. A run does not show them, but sheets are compared with them.

/**
 * Adds them to a run, each behind what it is computed from: deviations, rows less their mean or maximum, tanh of the
 * features of each key.
 */
export const withAsides = (given: Trace): Trace =>
  recordWith(resumeRecorder(given), () => {
    for (const step of given.steps) recorder.within(step.scope, () => recordAsides(step));
    const trace = recorder.trace();
    const steps = [...given.steps];
    for (const aside of trace.steps.slice(given.steps.length))
      steps.splice(steps.findLastIndex(({ key }) => aside.inputs.includes(key)) + 1, 0, aside);
    return { ...trace, steps };
  });

function recordAsides(step: Step) {
  const ref = recorder.ref(step.key);
  const [first, second] = step.inputs.map(recorder.ref);
  if (hasRole(step, "variance")) record("deviation", rowDeviations, [ref]);
  if (hasRole(step, "mean"))
    record("centred", subtractFromRows, [first, ref], undefined, { axes: first.axes });
  if (hasRole(step, "exponentials")) recordShifted(first);
  if (step.op.name === tanhSum.name && first.shape.rows === 1) recordFeatureSums(first, second);
}

/** Records the largest score of each row, and the scores less that. n×m → n×m. */
function recordShifted(scores: Ref) {
  const largest = record("row-max", rowMaximum, [scores]);
  record("scores-less-maximum", subtractFromRows, [scores, largest]);
}

/** Records the features of the only query added to those of each key, and their tanh. 1×d_a and m×d_a → m×d_a. */
function recordFeatureSums(query: Ref, keys: Ref) {
  const sums = record("added-features", add, [keys, query]);
  record("tanh-features", tanh, [sums]);
}
