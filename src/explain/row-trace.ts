import { slice } from "../ops/parts.js";
import { Evaluation } from "../trace/evaluate/evaluation.js";
import { needsOwnRows } from "../trace/evaluate/row-blocks.js";
import { Graph, shapeOfResult } from "../trace/graph.js";
import type { Axis, Node, Op, Ref } from "../trace/op.js";
import { knownSteps, stepOf } from "../trace/recorder.js";
import { idOfKey } from "../trace/scope.js";
import type { Step, Trace } from "../trace/trace.js";

/** Whether some steps of a run are not kept, so that a cell of them is looked at among the steps of its row. */
export const hasUnkeptSteps = ({ steps }: Trace): boolean => steps.some(({ isKept }) => !isKept);

/**
 * Of a run that does not keep all of its steps, the steps of one row: those that are not kept, and those that are made of
 * them row by row, with one row each. What they take from other steps or inputs row by row is cut out by steps of its own
 * ("q-row"). Labels and numbers of the row are those of the whole.
 */
export function traceOfRow(trace: Trace, row: number): Trace {
  const whole = new Graph(trace.inputs, trace.steps);
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
      needsOwnRows(step.op, index, whole.ref(key).shape, step.shape),
    );
    if (step.isKept && !step.inputs.some((key) => inRow.has(key))) {
      kept.set(step.key, step);
      graph.add(step);
      steps.push(step);
      continue;
    }
    // What needs every row of a step of which there is one says nothing of this row.
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

/** A step with one row. Which cells are masked is left to the whole, where a row of them would cost all. */
function ofRow({ blocked: _, ...step }: Step, row: number): Node {
  const { op, params, axes } = step;
  const range = { first: row, count: 1 };
  return {
    ...step,
    params: op.rowsOfParams?.(params, range) ?? params,
    axes: [axisOfRow(axes[0], row), axes[1]],
  };
}

const axisOfRow = (axis: Axis, row: number): Axis => ({
  ...axis,
  labels: [axis.labels?.[row] ?? String(row)],
  first: row,
});

/** The step that cuts out the row of what a step takes row by row. */
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
