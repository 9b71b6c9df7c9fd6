import { type Matrix, rowOf, shapeText, transpose } from "../math/matrix.js";
import { type Axis, keyOf, type Step, type Trace } from "../trace/trace.js";
import {
  type Block,
  type HeatMap,
  type Margin,
  type MatrixTable,
  paragraph,
  type TableView,
} from "./document.js";
import { showLabel } from "./label.js";
import { describePicture, type PictureView } from "./picture.js";

/** A step with its heading, what is remarked on it, its numbers and its picture. */
export function describeStep(step: Step, trace: Trace, view: TableView & PictureView): Block[] {
  const shown = numbersOf(step, view);
  const { matrix, axes } = shown;
  const { title, formula } = step;
  return [
    { kind: "heading", level: 2, title, formula, shape: shapeOf(matrix, axes) },
    ...step.notes.map((note) => paragraph(note, "dim")),
    step.valuesOn ? describePlaces(matrix, axes, step.valuesOn, view) : describeNumbers(step, trace, view),
    ...describePicture(step, shown, view),
  ];
}

/** A matrix of positions on an axis, shown by the names that the axis gives them. */
function describePlaces(matrix: Matrix, axes: Step["axes"], valuesOn: Axis, view: TableView): Block {
  const columns = transpose(matrix);
  const measures = Array.from({ length: matrix.cols }, (_, col) => {
    return { title: axes[1].labels?.[col] ?? String(col), values: rowOf(columns, col), valuesOn };
  });
  return { kind: "measures", rowAxis: axes[0], rows: matrix.rows, measures, view: tableView(view) };
}

/** The numbers of a step as a table, with its margins. */
export function describeNumbers(step: Step, trace: Trace, view: TableView): MatrixTable {
  return { kind: "matrix", ...numbersOf(step, view), ...marginsOf(step, trace) };
}

/** What tables and pictures of a step share. */
export function numbersOf(step: Step, view: TableView): Omit<HeatMap, "kind"> {
  const { axes, blocked } = step;
  return { matrix: step.output(), axes, ...(blocked && { blocked }), view: tableView(view) };
}

/** The margins of a step: a column that runs along the same rows stands at the right, any other below. */
function marginsOf(step: Step, trace: Trace): { rowMargins: Margin[]; columnMargins: Margin[] } {
  const key = keyOf(step);
  const rowMargins: Margin[] = [];
  const columnMargins: Margin[] = [];
  for (const margin of trace.steps) {
    if (margin.view !== "margin" || margin.of !== key) continue;
    const matrix = margin.output();
    const isAtRight = matrix.cols === 1 && margin.axes[0].name === step.axes[0].name;
    const side = margin.axes[isAtRight ? 1 : 0];
    const drawn = { label: side.labels ? showLabel(side.labels[0] ?? "") : side.name, values: matrix.data };
    (isAtRight ? rowMargins : columnMargins).push(drawn);
  }
  return { rowMargins, columnMargins };
}

export function table(matrix: Matrix, axes: readonly [Axis, Axis], view: TableView): Block {
  return { kind: "matrix", matrix, axes, rowMargins: [], columnMargins: [], view: tableView(view) };
}

export const tableView = ({ precision, full }: TableView): TableView => ({ precision, full });

export const shapeOf = (matrix: Matrix, axes: readonly [Axis, Axis]) =>
  `${shapeText(matrix)}, ${axes[0].name} × ${axes[1].name}`;
