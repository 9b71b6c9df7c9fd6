import { type Matrix, rowsOf } from "../math/matrix.js";
import type { Op, Ref } from "./op.js";
import { inputRef, once, stepRef } from "./ref.js";
import type { Step, Trace } from "./trace.js";

/** What is done differently in a replay; nothing when both are absent. */
export interface Changes {
  /** Inputs or steps by key: other numbers, or another way to compute the step. */
  readonly replace?: ReadonlyMap<string, Matrix | ((inputs: readonly Matrix[]) => Matrix)>;
  /** Applied to every step's numbers before the next step uses them: hand rounding, for example. */
  readonly afterEach?: (matrix: Matrix, step: Step) => Matrix;
}

/** The same computation again with some inputs or steps changed; everything downstream of them follows. */
export function replay(trace: Trace, { replace = new Map(), afterEach }: Changes): Trace {
  const refs = new Map<string, Ref>();
  const inputs = trace.inputs.map((input) => {
    const given = replace.get(input.name);
    const matrix = typeof given === "function" ? given([input.matrix]) : (given ?? input.matrix);
    refs.set(input.name, inputRef({ key: input.name, axes: input.axes }, matrix));
    return { ...input, matrix };
  });
  const steps = trace.steps.map((step): Step => {
    const given = replace.get(step.key);
    const again = workAgain(
      step,
      given,
      step.inputs.map((key) => lookUp(refs, key)),
    );
    const ref = afterEach ? finished(again, (matrix) => afterEach(matrix, step)) : again;
    refs.set(step.key, ref);
    // Numbers that were changed are worked out once and held.
    const isKept = ref.made?.isKept ?? true;
    return { ...step, shape: ref.shape, output: ref.output, isKept };
  });
  return { ...trace, inputs, steps };
}

function workAgain(
  { key, axes, op, params, isKept }: Step,
  given: Matrix | ((inputs: readonly Matrix[]) => Matrix) | undefined,
  inputs: readonly Ref[],
): Ref {
  if (typeof given === "object") return inputRef({ key, axes }, given);
  if (!given) return stepRef({ key, axes }, { op, params, inputs, isKept });
  const { name, shape, explainCell } = op;
  const other: Op<unknown> = { name, shape, explainCell, compute: given };
  return finished(stepRef({ key, axes }, { op: other, params, inputs, isKept: true }), (matrix) => matrix);
}

/** A ref to changed numbers: they were made by no op, and so by no quicker way either. */
function finished({ made: _, ...ref }: Ref, finish: (matrix: Matrix) => Matrix): Ref {
  const output = once(() => finish(ref.output()));
  return { ...ref, output, rows: (range) => rowsOf(output(), range) };
}

function lookUp(refs: ReadonlyMap<string, Ref>, key: string): Ref {
  const ref = refs.get(key);
  if (!ref) throw new RangeError(`"${key}" is used before it is recorded`);
  return ref;
}
