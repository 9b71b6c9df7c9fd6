import { OPS } from "../../ops/registry.js";
import { type Step, shapeOf, type Trace } from "../../trace/trace.js";
import type { Arrays, Rule, Rules } from "../arrays.js";
import { CELLS } from "./cells.js";
import { LAYERS } from "./layers.js";
import { LINEAR } from "./linear.js";
import { MEASURES } from "./measures.js";
import { POSITIONS } from "./positions.js";
import { SIMILARITY } from "./similarity.js";
import { SOFTMAX } from "./softmax.js";

/** Every op in the words of an array library: an op without a rule does not compile. */
const RULES: Rules = {
  ...LINEAR,
  ...CELLS,
  ...LAYERS,
  ...SOFTMAX,
  ...SIMILARITY,
  ...POSITIONS,
  ...MEASURES,
};

/** Rules by the public name of their op. Its parameters go with it, which only the table above knows. */
const BY_NAME: ReadonlyMap<string, Rule<unknown>> = new Map(
  Object.entries(OPS).map(([name, op]) => [op.name, RULES[name as keyof Rules] as Rule<unknown>]),
);

/** What a step of a run is in the words of an array library; `named` is what they have under a key. */
export function applyRule<A>(
  trace: Trace,
  { op, params, inputs, shape }: Step,
  arrays: Arrays<A>,
  named: (key: string) => A,
): A {
  const rule = BY_NAME.get(op.name);
  if (!rule) throw new RangeError(`the op "${op.name}" has no rule`);
  const shapes = { inputs: inputs.map((key) => shapeOf(trace, key)), result: shape };
  return rule(arrays, inputs.map(named), params, shapes);
}
