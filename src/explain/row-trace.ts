import { slice } from "../ops/parts.js";
import { Evaluation, needsSameRows } from "../trace/evaluate/evaluation.js";
import { type Axis, Graph, type Node, type Op, type Ref, shapeOfResult } from "../trace/op.js";
import { knownSteps, stepOf } from "../trace/recorder.js";
import { idOfKey, type Step, type Trace } from "../trace/trace.js";

/** Whether some steps of a run are not kept. Their cells are explained in a trace of one row. */
export const hasUnkeptSteps = ({ steps }: Trace): boolean => steps.some(({ isKept }) => !isKept);

/**
 * Returns the steps of one row, for a run that does not keep all its steps. It contains one row of each step that is
 * not kept, and of the steps computed from those row by row. If these need the same row of another step or input, a new
 * step cuts out that row ("q-row"). The labels and the row number are those of the whole run.
 */
export function traceOfRow(trace: Trace, row: number): Trace {
  const fullGraph = new Graph(trace.inputs, trace.steps);
  const graph = new Graph(trace.inputs);
  const kept = new Map<string, Step>();
  const inRow = new Set<string>();
  const steps: Step[] = [];
  const numbers = new Evaluation(graph, { known: knownSteps(kept) });
  const add = (node: Node): void => {
    const added = { ...node, shape: shapeOfResult(node.op, node.inputs.map(graph.ref), node.params) };
    graph.add(added);
    inRow.add(node.key);
    steps.push(stepOf(added, numbers));
  };
  for (const step of trace.steps) {
    const isOwn = step.inputs.map((key, index) =>
      needsSameRows(step.op, index, fullGraph.ref(key).shape, step.shape),
    );
    if (step.isKept && !step.inputs.some((key) => inRow.has(key))) {
      kept.set(step.key, step);
      graph.add(step);
      steps.push(step);
      continue;
    }
    // A step that needs all rows of a one-row step cannot be computed from this row.
    if (step.inputs.some((key, index) => inRow.has(key) && !isOwn[index])) continue;
    const inputs = step.inputs.map((key, index) => {
      if (!isOwn[index] || inRow.has(key)) return key;
      const cut = `${key}-row`;
      if (!graph.node(cut)) add(cutRow(graph.ref(key), step, cut, row));
      return cut;
    });
    add({ ...ofRow(step, row), inputs });
  }
  return { ...trace, steps };
}

/** Returns a step with one row. It has no `blocked` mask: a row of it would cost as much as the whole mask. */
function ofRow({ blocked: _, ...step }: Step, row: number): Node {
  const { op, params, axes } = step;
  const range = { first: row, count: 1 };
  return {
    ...step,
    params: op.paramsForRows?.(params, range) ?? params,
    axes: [axisOfRow(axes[0], row), axes[1]],
  };
}

const axisOfRow = (axis: Axis, row: number): Axis => ({
  ...axis,
  labels: [axis.labels?.[row] ?? String(row)],
  first: row,
});

/** Returns the step that cuts one row out of an input. */
function cutRow(from: Ref, { scope }: Step, key: string, row: number): Node {
  const { cols } = from.shape;
  return {
    key,
    id: idOfKey(key),
    scope,
    view: "matrix",
    notes: [],
    title: `Row ${row} of ${from.key}`,
    formula: `row ${row} of ${from.key}`,
    op: slice as Op<unknown>,
    params: { firstRow: row, firstCol: 0, rows: 1, cols },
    inputs: [from.key],
    shape: { rows: 1, cols },
    axes: [axisOfRow(from.axes[0], row), from.axes[1]],
  };
}
