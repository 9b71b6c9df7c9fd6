import { type Ref, record, recorder, recordWith } from "../../attention/recorder.js";
import { hasRole } from "../../attention/steps.js";
import { add, tanh } from "../../ops/elementwise.js";
import { rowDeviations, subtractFromRows } from "../../ops/normalisation.js";
import { combineColumns } from "../../ops/product.js";
import { cosine, tanhSum, unitRows } from "../../ops/similarity.js";
import { rowMaximum } from "../../ops/summary.js";
import { resumeRecorder } from "../../trace/recorder.js";
import type { Step, Trace } from "../../trace/trace.js";

// Numbers that people write between the steps of a recipe. A run does not show them, but sheets are compared with them.

/**
 * Adds them to a run, each behind what it is computed from: deviations, rows less their mean or maximum, tanh of the
 * features of each key, vectors of length 1. The scores of such features are then computed from the tanh, and so is
 * what follows.
 */
export function withAsides(given: Trace): Trace {
  const first = given.steps.findIndex(isOfFeatures);
  const kept = first < 0 ? given.steps : given.steps.slice(0, first);
  return recordWith(resumeRecorder({ ...given, steps: kept }), () => {
    for (const step of given.steps.slice(kept.length))
      recorder.within(step.scope, () => (isOfFeatures(step) ? recordOfFeatures(step) : recordAgain(step)));
    for (const step of given.steps) recorder.within(step.scope, () => recordAsides(step));
    const trace = recorder.trace();
    const keys = new Set(given.steps.map(({ key }) => key));
    const steps = trace.steps.filter(({ key }) => keys.has(key));
    for (const aside of trace.steps.filter(({ key }) => !keys.has(key)))
      steps.splice(steps.findLastIndex(({ key }) => aside.inputs.includes(key)) + 1, 0, aside);
    return { ...trace, steps };
  });
}

/** Whether a step is the scores of the features of one query. */
const isOfFeatures = ({ op, inputs, shape }: Step): boolean =>
  op.name === tanhSum.name && inputs.length === 3 && shape.rows === 1;

const recordAgain = (step: Step, op = step.op, inputs = step.inputs.map(recorder.ref)) =>
  recorder.step(op, inputs, { ...step, of: step.of === undefined ? undefined : recorder.ref(step.of) });

/** Records the features of the query added to those of each key, their tanh, and the scores: Σ_c v_c·tanh_jc. */
function recordOfFeatures(step: Step) {
  const [query, keys, weights] = step.inputs.map(recorder.ref);
  const sums = record("added-features", add, [keys, query]);
  const features = record("tanh-features", tanh, [sums]);
  recordAgain(step, combineColumns, [features, weights]);
}

function recordAsides(step: Step) {
  const ref = recorder.ref(step.key);
  const [first, second] = step.inputs.map(recorder.ref);
  if (hasRole(step, "variance")) record("deviation", rowDeviations, [ref]);
  if (hasRole(step, "mean"))
    record("centred", subtractFromRows, [first, ref], undefined, { axes: first.axes });
  if (hasRole(step, "exponentials")) recordShifted(first);
  if (step.op.name === cosine.name) {
    record("unit-key", unitRows, [second], undefined, { axes: second.axes });
    record("unit-query", unitRows, [first], undefined, { axes: first.axes });
  }
}

/** Records the largest score of each row, and the scores less that. n×m → n×m. */
function recordShifted(scores: Ref) {
  const largest = record("row-max", rowMaximum, [scores]);
  record("scores-less-maximum", subtractFromRows, [scores, largest]);
}
