import { tabulate } from "../math/lists.js";
import { type Matrix, rowOf, shapeText, transpose } from "../math/matrix.js";
import { remember } from "../math/remember.js";
import { type Axes, type Axis, findStep, type Step, scopeText, type Trace } from "../trace/trace.js";
import {
  type Block,
  type HeatMap,
  heading,
  type Margin,
  type MatrixTable,
  paragraph,
  type TableView,
} from "./document.js";
import { showLabel } from "./label.js";
import { tiedKeys } from "./looks.js";
import { describePicture, type PictureView } from "./picture.js";
import type { Selection } from "./selection.js";

/** How the numbers of a step are shown. */
export type NumbersView = TableView & Pick<Selection, "steps">;

/** Describes a step with its heading, its notes, its numbers and its picture. */
function describeStep(step: Step, trace: Trace, view: NumbersView & PictureView): Block[] {
  const shown = numbersOf(step, view);
  const { matrix, axes } = shown;
  const { title, formula } = step;
  return [
    heading(title, { formula, shape: shapeOf(matrix, axes) }),
    ...step.notes.map((note) => paragraph(note, "dim")),
    step.valuesOn ? describePlaces(matrix, axes, step.valuesOn, view) : describeNumbers(step, trace, view),
    ...describePicture(step, shown, view),
  ];
}

/** Describes a matrix of positions on an axis by the axis's names. */
function describePlaces(matrix: Matrix, axes: Axes, valuesOn: Axis, view: TableView): Block {
  const columns = transpose(matrix);
  const measures = tabulate(matrix.cols, (col) => {
    const title = axes[1].labels?.[col] ?? String(col);
    return { title, isLabelled: true, values: rowOf(columns, col), valuesOn } as const;
  });
  return { kind: "measures", rowAxis: axes[0], rows: matrix.rows, measures, view };
}

/** Describes the numbers of a step as a table with its margins. */
export function describeNumbers(step: Step, trace: Trace, view: NumbersView): MatrixTable {
  return { kind: "matrix", key: step.key, ...numbersOf(step, view), ...marginsOf(step, trace, view) };
}

/** Returns what tables and pictures of a step share. */
export function numbersOf(step: Step, view: TableView): Omit<HeatMap, "kind"> {
  const { axes, blocked } = step;
  return { matrix: step.output(), axes, blocked, view };
}

/** Returns the margins of a step. A column with the same rows goes to the right, any other below. */
function marginsOf(step: Step, trace: Trace, { full, steps }: NumbersView) {
  const rowMargins: Margin[] = [];
  const columnMargins: Margin[] = [];
  for (const margin of trace.steps) {
    if (margin.view !== "margin" || margin.of !== step.key) continue;
    const matrix = margin.output();
    const isAtRight = matrix.cols === 1 && margin.axes[0].name === step.axes[0].name;
    // The column sums of a distribution are shown only on request.
    const isAskedFor = full || steps === "all" || steps?.includes(margin.id);
    if (!isAtRight && step.view === "distribution" && !isAskedFor) continue;
    const side = margin.axes[isAtRight ? 1 : 0];
    const drawn = { label: side.labels ? showLabel(side.labels[0] ?? "") : side.name, values: matrix.data };
    (isAtRight ? rowMargins : columnMargins).push(drawn);
  }
  return { rowMargins, columnMargins };
}

export const shapeOf = (matrix: Matrix, axes: Axes) =>
  `${shapeText(matrix)}, ${axes[0].name} × ${axes[1].name}`;

/** A part with its own heading: a step, or all measures of the rows of one step. */
export interface Part {
  readonly scope: string;
  readonly steps: readonly Step[];
  /** The key of the step whose rows are measured. */
  readonly of?: string;
}

/**
 * Groups steps into parts, each at the place of its first step. A margin is no part of its own if the step at whose
 * edge it is drawn is shown.
 */
export function groupSteps(steps: readonly Step[]): readonly Part[] {
  const keys = new Set(steps.map(({ key }) => key));
  const parts = new Map<string, Part & { steps: Step[] }>();
  for (const step of steps) {
    const { key, view, of } = step;
    const scope = scopeText(step.scope);
    if (view === "margin" && of !== undefined && keys.has(of)) continue;
    if (view !== "row-summary" || of === undefined) parts.set(key, { scope, steps: [step] });
    else remember(parts, `measures of ${scope}/${of}`, () => ({ scope, of, steps: [] })).steps.push(step);
  }
  return [...parts.values()];
}

/** Describes a part with its heading, its numbers and its picture. */
export const describePart = ({ steps, of }: Part, trace: Trace, view: NumbersView & PictureView): Block[] =>
  of === undefined ? describeStep(steps[0], trace, view) : describeMeasures(steps, of, trace, view);

function describeMeasures(steps: readonly Step[], of: string, trace: Trace, view: NumbersView): Block[] {
  const [first] = steps;
  const { name } = first.axes[0];
  const measured = findStep(trace, of);
  const how = name === measured?.axes[0].name ? "row by row" : `${name} by ${name}`;
  return [
    heading(`${measured?.title ?? of}, ${how}`, { shape: `one line a ${name}` }),
    ...steps.flatMap((step) => step.notes.map((note) => paragraph(note, "dim"))),
    {
      kind: "measures",
      rowAxis: first.axes[0],
      rows: first.shape.rows,
      view,
      measures: steps.map((step) => ({
        title: step.title,
        values: step.output().data,
        valuesOn: step.valuesOn,
        alike: tiedKeys(trace, step),
      })),
    },
  ];
}

/** Returns a heading if another scope begins. Outside of scopes, the heading is the command's name. */
export function openScope(scope: string, last: string, { command }: Trace): Block[] {
  return scope === last ? [] : [{ kind: "heading", level: 1, title: scope || command }];
}
