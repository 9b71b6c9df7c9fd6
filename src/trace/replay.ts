import type { Matrix } from "../math/matrix.js";
import { keyOf, type Step, type Trace } from "./trace.js";

/** What is done differently in a replay; nothing when both are absent. */
export interface Changes {
  /** Inputs or steps by key: other numbers, or another way to compute the step. */
  readonly replace?: ReadonlyMap<string, Matrix | ((inputs: readonly Matrix[]) => Matrix)>;
  /** Applied to every step's numbers before the next step uses them: hand rounding, for example. */
  readonly afterEach?: (matrix: Matrix, step: Step) => Matrix;
}

/** The same computation again with some inputs or steps changed; everything downstream of them follows. */
export function replay(
  trace: Trace,
  { replace = new Map(), afterEach = (matrix) => matrix }: Changes,
): Trace {
  const known = new Map<string, Matrix>();
  const inputs = trace.inputs.map((input) => {
    const given = replace.get(input.name);
    const matrix = typeof given === "function" ? given([input.matrix]) : (given ?? input.matrix);
    known.set(input.name, matrix);
    return { ...input, matrix };
  });
  const steps = trace.steps.map((step): Step => {
    const key = keyOf(step);
    const given = replace.get(key);
    const matrices = step.inputs.map((name) => lookUp(known, name));
    const computed = typeof given === "function" ? given(matrices) : (given ?? step.compute(matrices));
    const matrix = afterEach(computed, step);
    known.set(key, matrix);
    return { ...step, output: () => matrix };
  });
  return { ...trace, inputs, steps };
}

function lookUp(known: ReadonlyMap<string, Matrix>, key: string): Matrix {
  const matrix = known.get(key);
  if (!matrix) throw new RangeError(`"${key}" is used before it is recorded`);
  return matrix;
}
