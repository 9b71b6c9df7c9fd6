import { type Matrix, rowOf, shapeText, transpose } from "../math/matrix.js";
import { type Axis, keyOf, type Step, type Trace } from "../trace/trace.js";
import {
  type Block,
  type Document,
  type Margin,
  paragraph,
  type TableView,
  type TitledMap,
} from "./document.js";
import { showLabel } from "./label.js";
import { describePicture, type PictureView, type Plot, pictureKind, requireColumns } from "./picture.js";
import { type Selection, selectSteps } from "./selection.js";

export type { Plot };

/** What of a Trace is shown. */
export interface SolutionView extends TableView, Selection, PictureView {
  /** Whether the inputs are shown before the steps. */
  readonly inputs?: boolean;
}

/** The worked solution for people: the conventions in force, then every step. Throws UNKNOWN_STEP. */
export function describeTrace(trace: Trace, view: SolutionView): Document {
  const steps = selectSteps(trace, view);
  if (view.plotColumns) requireColumns(steps, view.plotColumns);
  const parts = groupSteps(steps);
  const maps = scopedMaps(steps, view);
  const inScopes = parts.findLastIndex((part) => part.scope !== "");
  return {
    blocks: [
      ...describeConventions(trace, view),
      ...(view.inputs ? trace.inputs.flatMap((input) => describeInput(input, view)) : []),
      ...parts.flatMap((part, index) => [
        ...openScope(part.scope, parts[index - 1]?.scope ?? "", trace),
        ...(part.kind === "step"
          ? describeStep(
              part.step,
              trace,
              maps.length > 1 && part.scope !== "" ? { ...view, plot: "none" } : view,
            )
          : describeMeasures(part.steps, part.of, trace, view)),
        ...(index === inScopes && maps.length > 1 ? [describeGallery(maps)] : []),
      ]),
      ...describeFacts(trace),
    ],
  };
}

type Part =
  | { readonly kind: "step"; readonly scope: string; readonly step: Step }
  | {
      readonly kind: "measures";
      readonly scope: string;
      readonly of: string;
      readonly steps: readonly Step[];
    };

/**
 * What gets a heading: a step, or the measures of the rows of one step together, where the first of them stands.
 * A margin has none while the step is shown at whose edge it is drawn.
 */
function groupSteps(steps: readonly Step[]): Part[] {
  const keys = new Set(steps.map(keyOf));
  const parts: Part[] = [];
  const grouped = new Set<string>();
  for (const step of steps) {
    const { scope, of } = step;
    if (step.view === "margin" && of !== undefined && keys.has(of)) continue;
    if (step.view !== "row-summary" || of === undefined) {
      parts.push({ kind: "step", scope, step });
    } else if (!grouped.has(`${scope}/${of}`)) {
      grouped.add(`${scope}/${of}`);
      const measures = steps.filter(
        (other) => other.view === "row-summary" && other.of === of && other.scope === scope,
      );
      parts.push({ kind: "measures", scope, of, steps: measures });
    }
  }
  return parts;
}

/** A heading where another scope begins; the command's own name where it goes on outside of scopes. */
function openScope(scope: string, before: string, { command }: Trace): Block[] {
  return scope === before ? [] : [{ kind: "heading", level: 1, title: scope || command }];
}

function describeConventions({ conventions }: Trace, { precision }: TableView): Block[] {
  const rounding = precision === "full" ? [] : [`rounded to ${precision} decimals`];
  const texts = [...conventions.flatMap(({ text }) => text ?? []), ...rounding];
  return [paragraph(texts.join("; "), "dim")];
}

/** Findings that are worth a line, below everything else. */
function describeFacts({ facts }: Trace): Block[] {
  const lines = Object.values(facts).flatMap(({ text }) => (text ? [paragraph(text)] : []));
  return lines.length > 0 ? [{ kind: "heading", level: 2, title: "In all" }, ...lines] : [];
}

function describeInput(input: Trace["inputs"][number], view: TableView): Block[] {
  return [
    { kind: "heading", level: 2, title: input.name, shape: shapeOf(input.matrix, input.axes) },
    table(input.matrix, input.axes, view),
  ];
}

function describeStep(step: Step, trace: Trace, view: SolutionView): Block[] {
  const matrix = step.output();
  const { axes, title, formula, blocked } = step;
  const shown = { matrix, axes, ...(blocked && { blocked }), view: tableView(view) };
  return [
    { kind: "heading", level: 2, title, formula, shape: shapeOf(matrix, axes) },
    ...step.notes.map((note) => paragraph(note, "dim")),
    step.valuesOn
      ? describePlaces(matrix, axes, step.valuesOn, view)
      : { kind: "matrix", ...shown, ...marginsOf(step, trace) },
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

/** The heat maps of a distribution that every scope has: they are best seen beside each other. */
function scopedMaps(steps: readonly Step[], view: SolutionView): readonly TitledMap[] {
  const scoped = steps.filter(({ scope }) => scope !== "");
  const kind = scoped.some((step) => step.view === "distribution") ? "distribution" : "similarity";
  if (pictureKind(kind, view.plot) !== "heatmap") return [];
  return scoped
    .filter((step) => step.view === kind)
    .map((step) => {
      const { axes, blocked, scope } = step;
      const map = {
        kind: "heatmap",
        matrix: step.output(),
        axes,
        ...(blocked && { blocked }),
        view: tableView(view),
      } as const;
      return { title: scope, map };
    });
}

function describeGallery(maps: readonly TitledMap[]): Block {
  return { kind: "gallery", maps };
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

function describeMeasures(steps: readonly Step[], of: string, trace: Trace, view: SolutionView): Block[] {
  const [first] = steps;
  const measured = trace.steps.find((step) => keyOf(step) === of);
  const matrices = steps.map((step) => step.output());
  return [
    {
      kind: "heading",
      level: 2,
      title: `${measured?.title ?? of}, ${first.axes[0].name === measured?.axes[0].name ? "row by row" : `${first.axes[0].name} by ${first.axes[0].name}`}`,
      shape: `one line a ${first.axes[0].name}`,
    },
    ...steps.flatMap((step) => step.notes.map((note) => paragraph(note, "dim"))),
    {
      ...{ kind: "measures", rowAxis: first.axes[0], rows: matrices[0].rows, view: tableView(view) },
      measures: steps.map(({ title, valuesOn }, index) => {
        return { title, values: matrices[index].data, ...(valuesOn && { valuesOn }) };
      }),
    },
  ];
}

function table(matrix: Matrix, axes: readonly [Axis, Axis], view: TableView): Block {
  return { kind: "matrix", matrix, axes, rowMargins: [], columnMargins: [], view: tableView(view) };
}

const tableView = ({ precision, full }: TableView): TableView => ({ precision, full });

const shapeOf = (matrix: Matrix, axes: readonly [Axis, Axis]) =>
  `${shapeText(matrix)}, ${axes[0].name} × ${axes[1].name}`;
