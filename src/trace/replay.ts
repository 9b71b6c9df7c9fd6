import type { Matrix } from "../math/matrix.js";
import { Evaluation, type EvaluationOptions, type Replacement } from "./evaluate/evaluation.js";
import { Graph, shapeOfResult } from "./graph.js";
import { stepOf } from "./recorder.js";
import type { Trace } from "./trace.js";

/** What a replay does differently. If both are absent, nothing. */
export type Replacements = Pick<EvaluationOptions, "replace" | "arithmetic">;

/** Computes a trace again with some inputs or steps changed, and with everything that depends on them. */
export function replay(trace: Trace, { replace, arithmetic }: Replacements): Trace {
  const inputs = trace.inputs.map((input) => ({
    ...input,
    matrix: numbersOf(replace?.get(input.name)) ?? input.matrix,
  }));
  const graph = new Graph(inputs);
  const kept = new Set(trace.steps.flatMap(({ key, isKept }) => (isKept ? [key] : [])));
  const numbers = new Evaluation(graph, { replace, arithmetic, keeps: ({ key }) => kept.has(key) });
  const steps = trace.steps.map((step) => {
    const change = replace?.get(step.key);
    const { rows, cols } =
      numbersOf(change) ?? shapeOfResult(step.op, step.inputs.map(graph.ref), step.params);
    const node = { ...step, shape: { rows, cols } };
    graph.add(node);
    return stepOf(node, numbers);
  });
  return { ...trace, inputs, steps };
}

const numbersOf = (change: Replacement | undefined): Matrix | undefined =>
  typeof change === "object" ? change : undefined;
