import { sameScope, scopeText } from "../trace/scope.js";
import { findStep, type Step, type Trace } from "../trace/trace.js";
import { type Block, heading, paragraph } from "./document.js";
import type { PictureView } from "./picture.js";
import { describeStep, type NumbersView, tableView } from "./step.js";
import { tiedKeys } from "./tied-keys.js";

/** What gets a heading of its own. */
export type Part =
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
export function groupSteps(steps: readonly Step[]): Part[] {
  const keys = new Set(steps.map(({ key }) => key));
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

/** A part with its heading, its numbers and its picture. */
export function describePart(part: Part, trace: Trace, view: NumbersView & PictureView): Block[] {
  return part.kind === "step"
    ? describeStep(part.step, trace, view)
    : describeMeasures(part.steps, part.of, trace, view);
}

function describeMeasures(steps: readonly Step[], of: string, trace: Trace, view: NumbersView): Block[] {
  const [first] = steps;
  const { name } = first.axes[0];
  const measured = findStep(trace, of);
  const how = name === measured?.axes[0].name ? "row by row" : `${name} by ${name}`;
  const matrices = steps.map((step) => step.output());
  return [
    heading(`${measured?.title ?? of}, ${how}`, { shape: `one line a ${name}` }),
    ...steps.flatMap((step) => step.notes.map((note) => paragraph(note, "dim"))),
    {
      kind: "measures",
      rowAxis: first.axes[0],
      rows: matrices[0].rows,
      view: tableView(view),
      measures: steps.map((step, index) => {
        const { title, valuesOn } = step;
        const alike = tiedKeys(trace, step);
        const { data: values } = matrices[index];
        return { title, values, ...(valuesOn && { valuesOn }), ...(alike && { alike }) };
      }),
    },
  ];
}

/** A heading where another scope begins; the command's own name where it goes on outside of scopes. */
export function openScope(scope: string, last: string, { command }: Trace): Block[] {
  return scope === last ? [] : [{ kind: "heading", level: 1, title: scope || command }];
}
