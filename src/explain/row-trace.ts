import { rowsOf } from "../math/matrix.js";
import { slice } from "../ops/parts.js";
import type { Axis } from "../trace/axis.js";
import type { Made, Ref } from "../trace/op.js";
import { inputRef, stepRef } from "../trace/ref.js";
import { needsOwnRows } from "../trace/row-blocks.js";
import { type Step, shapeOf, type Trace } from "../trace/trace.js";

/** Whether some steps of a run are not kept, so that a cell of them is looked at among the steps of its row. */
export const hasUnkeptSteps = ({ steps }: Trace): boolean => steps.some(({ isKept }) => !isKept);

/**
 * Of a run that does not keep all of its steps, the steps of one row: those that are not kept, and those that are made of
 * them row by row, with one row each. What they take from other steps or inputs row by row is cut out by steps of its own
 * ("q-row"). Labels and numbers of the row are those of the whole.
 */
export function traceOfRow(trace: Trace, row: number): Trace {
  const refs = new Map<string, Ref>(
    trace.inputs.map(({ name, matrix, axes }) => [name, inputRef({ key: name, axes }, matrix)]),
  );
  const inRow = new Set<string>();
  const steps: Step[] = [];
  const add = (step: Step, inputs: readonly string[]): void => {
    const made = {
      op: step.op,
      params: step.params,
      inputs: inputs.map((key) => refOf(refs, key)),
      isKept: true,
    };
    const ref = stepRef(step, made);
    refs.set(step.key, ref);
    inRow.add(step.key);
    steps.push({ ...step, inputs, shape: ref.shape, isKept: true, output: ref.output });
  };
  for (const step of trace.steps) {
    const isOwn = step.inputs.map((key, index) =>
      needsOwnRows(step.op, index, shapeOf(trace, key), step.shape),
    );
    if (step.isKept && !step.inputs.some((key) => inRow.has(key))) {
      refs.set(step.key, wholeRef(step));
      steps.push(step);
      continue;
    }
    // What needs every row of a step of which there is one says nothing of this row.
    if (step.inputs.some((key, index) => inRow.has(key) && !isOwn[index])) continue;
    const inputs = step.inputs.map((key, index) => {
      if (!isOwn[index] || inRow.has(key)) return key;
      const cut = `${key}-row`;
      if (!refs.has(cut)) add(cutRow(refOf(refs, key), step, cut, row), [key]);
      return cut;
    });
    add(ofRow(step, row), inputs);
  }
  return { ...trace, steps };
}

function refOf(refs: ReadonlyMap<string, Ref>, key: string): Ref {
  const ref = refs.get(key);
  if (!ref) throw new RangeError(`"${key}" is used before it is recorded`);
  return ref;
}

/** A step that is kept for all rows: its numbers are there, or are worked out when they are asked for. */
function wholeRef({ key, axes, shape, output }: Step): Ref {
  return { key, axes, shape, output, rows: (range) => rowsOf(output(), range) };
}

/** A step with one row. Which cells are masked is left to the whole, where a row of them would cost all. */
function ofRow({ blocked: _, ...step }: Step, row: number): Step {
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
function cutRow(from: Ref, { scope }: Step, key: string, row: number): Step {
  const params = { firstRow: row, firstCol: 0, rows: 1, cols: from.shape.cols };
  const name = key.slice(key.lastIndexOf("/") + 1);
  return {
    key,
    id: name,
    scope,
    params,
    view: "matrix",
    notes: [],
    isKept: true,
    title: `Row ${row} of ${from.key}`,
    formula: `row ${row} of ${from.key}`,
    op: slice as Made["op"],
    inputs: [from.key],
    shape: { rows: 1, cols: from.shape.cols },
    axes: [axisOfRow(from.axes[0], row), from.axes[1]],
    output: () => rowsOf(from.output(), { first: row, count: 1 }),
  };
}
