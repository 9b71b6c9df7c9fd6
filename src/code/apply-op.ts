import { type Interpreter, inputTerms, interpret } from "../trace/interpret.js";
import { type Step, shapeOf, type Trace } from "../trace/trace.js";

/** Writes a step of a run with an interpreter of array operations. `named` returns the array of a key. */
export function applyOp<A>(
  trace: Trace,
  { op, params, inputs }: Step,
  interpreter: Interpreter<A>,
  named: (key: string) => A,
): A {
  const terms = inputTerms(inputs.map((key) => shapeOf(trace, key)));
  return interpret(op.definition(terms, params), interpreter, inputs.map(named));
}
