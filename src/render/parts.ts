import { sameScope, scopeText } from "../trace/scope.js";
import { findStep, type Step, type Trace } from "../trace/trace.js";
import { type Block, heading, paragraph } from "./document.js";
import type { PictureView } from "./picture.js";
import { describeStep, type NumbersView, tableView } from "./step.js";
import { tiedKeys } from "./tied-keys.js";

/** A part with its own heading. */
export type Part =
  | { readonly kind: "step"; readonly scope: string; readonly step: Step }
  | {
      readonly kind: "measures";
      readonly scope: string;
      readonly of: string;
      readonly steps: readonly Step[];
    };

/**
 * Groups steps into parts: a single step, or all measures of the rows of one step, at the place of the first. A margin
 * is no part of its own if the step at whose edge it is drawn is shown.
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

/** Describes a part with its heading, its numbers and its picture. */
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

/** Returns a heading if another scope begins. Outside of scopes, the heading is the command's name. */
export function openScope(scope: string, last: string, { command }: Trace): Block[] {
  return scope === last ? [] : [{ kind: "heading", level: 1, title: scope || command }];
}
