import { sameScope, scopeText } from "../trace/scope.js";
import { keptSteps, keyOf, type Step, type Trace } from "../trace/trace.js";
import { type Block, type Document, paragraph, type TableView } from "./document.js";
import { describeOverview, scopedMaps } from "./overview.js";
import { type PictureView, type Plot, requireColumns, requirePictures } from "./picture.js";
import { elideScopes, openScope } from "./scopes.js";
import { type Selection, selectSteps } from "./selection.js";
import { describeStep, shapeOf, table, tableView } from "./step.js";
import { tiedKeys } from "./tied-keys.js";

export type { Plot };

/** What of a Trace is shown. */
export interface SolutionView extends TableView, Selection, PictureView {
  /** Whether the inputs are shown before the steps. */
  readonly inputs?: boolean;
}

/** The worked solution for people: the conventions in force, then every step. Throws UNKNOWN_STEP. */
export function describeTrace(trace: Trace, view: SolutionView): Document {
  const overview = view.steps || view.scope || view.full ? undefined : trace.overview;
  const steps = selectSteps(trace, view).filter(
    ({ scope }) => !overview?.scopes.some((other) => sameScope(other, scope)),
  );
  requirePictures(keptSteps(trace), view.plot);
  if (view.plotColumns) requireColumns(steps, view.plotColumns);
  const elided = elideScopes(steps, view);
  const parts = groupSteps(steps.filter((step) => !elided.left.has(scopeText(step.scope))));
  const maps = scopedMaps(steps, view);
  const inScopes = parts.findLastIndex((part) => part.scope !== "");
  return {
    blocks: [
      ...describeConventions(trace, view),
      ...shownInputs(trace, view).flatMap((input) => describeInput(input, view)),
      ...(overview ? describeOverview(trace, overview, view) : []),
      ...parts.flatMap((part, index) => [
        ...openScope(part.scope, parts[index - 1]?.scope ?? "", trace, elided),
        ...(part.kind === "step"
          ? describeStep(
              part.step,
              trace,
              maps.length > 1 && part.scope !== "" ? { ...view, plot: "none" } : view,
            )
          : describeMeasures(part.steps, part.of, trace, view)),
        ...(index === inScopes && maps.length > 1 ? [{ kind: "gallery", pictures: maps } as const] : []),
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
    const { of } = step;
    const scope = scopeText(step.scope);
    if (step.view === "margin" && of !== undefined && keys.has(of)) continue;
    if (step.view !== "row-summary" || of === undefined) {
      parts.push({ kind: "step", scope, step });
    } else if (!grouped.has(`${scope}/${of}`)) {
      grouped.add(`${scope}/${of}`);
      const measures = steps.filter(
        (other) => other.view === "row-summary" && other.of === of && sameScope(other.scope, step.scope),
      );
      parts.push({ kind: "measures", scope, of, steps: measures });
    }
  }
  return parts;
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

/** All, when they are asked for; else those that are named among the steps. */
function shownInputs({ inputs }: Trace, { inputs: showsAll, steps }: SolutionView): Trace["inputs"] {
  const isNamed = (name: string) => steps !== "all" && steps?.includes(name) === true;
  return inputs.filter(({ name, isDrawn }) => showsAll || (isDrawn && isNamed(name)));
}

function describeInput(input: Trace["inputs"][number], view: TableView): Block[] {
  return [
    { kind: "heading", level: 2, title: input.name, shape: shapeOf(input.matrix, input.axes) },
    table(input.matrix, input.axes, view),
  ];
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
      measures: steps.map((step, index) => {
        const { title, valuesOn } = step;
        const alike = tiedKeys(trace, step);
        return {
          title,
          values: matrices[index].data,
          ...(valuesOn && { valuesOn }),
          ...(alike && { alike }),
        };
      }),
    },
  ];
}
