import { recordBackwardPass } from "../../src/attention/gradients/backward-pass.js";
import { recordWith } from "../../src/attention/recorder.js";
import type { Matrix } from "../../src/math/matrix.js";
import { createRecorder, type Recorder, type Ref } from "../../src/trace/recorder.js";
import { findStep } from "../../src/trace/trace.js";

/** The axes of steps that are recorded alone. */
export const AXES = [{ name: "row" }, { name: "column" }] as const;

/**
 * Records the gradients of Σ dY ∘ Y, for the Y that `record` makes of the input X. Formulas name a step by its id.
 * Finds a recorded step by its id.
 */
export function recordGradients(x: Matrix, dY: Matrix, record: (recorder: Recorder, input: Ref) => Ref) {
  const recorder = createRecorder("gradients");
  const result = record(recorder, recorder.input("x", x, AXES));
  const gradient = recorder.input("seed", dY, AXES);
  recordWith(recorder, () =>
    recordBackwardPass(
      result,
      gradient,
      (input) => input !== "seed",
      (id) => id.toUpperCase(),
    ),
  );
  const trace = recorder.trace();
  return (id: string) => {
    const step = findStep(trace, id);
    if (!step) throw new RangeError(`no step "${id}" among ${trace.steps.map((one) => one.id).join(", ")}`);
    return step;
  };
}
