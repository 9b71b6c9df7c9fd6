import { refuseAs } from "../errors.js";
import { upTo } from "../math/lists.js";
import { cellOf, shapeText } from "../math/matrix.js";
import { slice } from "../ops/parts.js";
import { suggest } from "../suggestion.js";
import { Evaluation, needsSameRows } from "../trace/evaluate/evaluation.js";
import { Graph, type Node, type Op, type Ref, shapeOfResult } from "../trace/op.js";
import { knownSteps, stepOf } from "../trace/recorder.js";
import { type Axis, findStep, idOfKey, matrixOf, type Step, shapeOf, type Trace } from "../trace/trace.js";

/** One cell of an input or of a step's output. */
export interface CellReference {
  readonly key: string;
  readonly row: number;
  readonly col: number;
}

/** Returns the number in a cell. Throws RangeError for an unknown key. */
export const numberIn = (trace: Trace, { key, row, col }: CellReference): number =>
  cellOf(matrixOf(trace, key), row, col);

/** Returns the reference as people write it: "weights[1,2]". */
export const cellText = ({ key, row, col }: CellReference): string => `${key}[${row},${col}]`;

/**
 * Reads a cell reference such as `weights[1,2]`, `output[man,0]` or `head 1/weights[0,1]`. Rows and columns are given
 * by index from 0, by negative index from the end, or by label. Throws UNKNOWN_STEP for a name that is neither step nor
 * input. Throws AMBIGUOUS for a name that several steps or several rows have, and USAGE for anything else that cannot
 * be understood.
 */
export function parseCellReference(trace: Trace, text: string): CellReference {
  // Two pairs of brackets (`weights[1][2]`) and parentheses (`PE(1, 2)`) work as well.
  const written = text.replace(/\(([^()[\]]*)\)\s*$/, "[$1]").replace(/\]\s*\[/, ",");
  const [, name, rowText, colText] =
    /^\s*([^[\]]+?)\s*\[\s*([^,\]]+?)\s*(?:,\s*([^\]]+?)\s*)?\]\s*$/.exec(written) ?? [];
  if (!name)
    refuseAs(
      "USAGE",
      `"${text}" names no cell.`,
      `Write the step, the row and the column: weights[${/(-?\d+)[\s,;]+(-?\d+)/.exec(text)?.slice(1) ?? "1,2"}].`,
    );

  const { key, axes } = findNamed(trace, name, written.slice(written.indexOf("[")));
  const { rows, cols } = shapeOf(trace, key);
  const shape = `${key} is ${shapeText({ rows, cols })}`;
  return {
    key,
    row: parsePosition(rowText, "row", axes[0], rows, shape),
    // A single column (row sums) needs no second index.
    col: colText === undefined && cols === 1 ? 0 : parsePosition(colText, "column", axes[1], cols, shape),
  };
}

/** A cell, and the trace in which it is explained. */
export interface FoundCell {
  readonly trace: Trace;
  readonly cell: CellReference;
}

/**
 * Finds the cell that people write, and the trace in which it is explained. If some steps are not kept, that is a trace
 * of the cell's row alone, provided the cell is part of it. Throws like parseCellReference.
 */
export function findCell(trace: Trace, text: string): FoundCell {
  const cell = parseCellReference(trace, text);
  if (trace.steps.every(({ isKept }) => isKept)) return { trace, cell };
  const ofRow = traceOfRow(trace, cell.row);
  const isOfRow = findStep(ofRow, cell.key)?.axes[0].first === cell.row;
  return isOfRow ? { trace: ofRow, cell: { ...cell, row: 0 } } : { trace, cell };
}

/** Finds a step or input by its key, or by its id if only one scope has that id. */
function findNamed(trace: Trace, name: string, place: string) {
  const named = [...trace.steps, ...trace.inputs.map(({ name: key, axes }) => ({ key, axes }))];
  const exact = named.find(({ key }) => key === name);
  const [match, ...others] = exact ? [exact] : named.filter(({ key }) => key.endsWith(`/${name}`));
  if (!match)
    refuseAs(
      "UNKNOWN_STEP",
      `There is no step "${name}" in this run.`,
      suggest(
        name,
        named.map(({ key }) => key),
      ),
    );

  if (others.length > 0)
    refuseAs(
      "AMBIGUOUS",
      `${others.length + 1} steps of this run are called "${name}".`,
      `Say which one: ${match.key}${place}, ${others[0].key}${place}${others.length > 1 ? " and so on" : ""}.`,
    );

  return match;
}

function parsePosition(text: string | undefined, what: string, axis: Axis, size: number, shape: string) {
  const labelled = text === undefined ? [] : positionsOf(axis, text);
  if (labelled.length === 1) return labelled[0];
  if (labelled.length > 1)
    refuseAs(
      "AMBIGUOUS",
      `"${text}" is the name of ${what}s ${labelled.join(", ")}.`,
      `Give the number of the ${what}.`,
    );

  // Negative indices count from the end, as in Python: −1 is the last.
  const given = text !== undefined && /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  const index = given < 0 ? size + given : given;
  if (index >= 0 && index < size) return index;
  const labels = axis.labels ? `, or one of ${axis.labels.slice(0, 8).join(", ")}` : "";
  const problem = text === undefined ? `no ${what} is given` : `it has no ${what} "${text}"`;
  refuseAs("USAGE", `${shape}; ${problem}.`, `Give a ${what} from 0 to ${size - 1}${labels}.`);
}

/** Returns the positions of a label. Repeated labels are shown with their number, so "3 the" is found, too. */
function positionsOf({ labels = [] }: Axis, text: string) {
  const exact = upTo(labels.length).filter((position) => labels[position] === text);
  return exact.length > 0
    ? exact
    : upTo(labels.length).filter((position) => `${position} ${labels[position]}` === text);
}

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
  const add = (node: Node) => {
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
