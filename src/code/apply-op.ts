import type { Arrays } from "../trace/arrays.js";
import { type Step, shapeOf, type Trace } from "../trace/trace.js";

/** Writes a step of a run in the words of an array library. `named` returns the array of a key. */
export const applyOp = <A>(
  trace: Trace,
  { op, params, inputs }: Step,
  arrays: Arrays<A>,
  named: (key: string) => A,
): A =>
  op.definition(
    arrays,
    inputs.map(named),
    params,
    inputs.map((key) => shapeOf(trace, key)),
  );
