import { remember } from "../math/remember.js";
import { scopeText } from "../trace/scope.js";
import { findStep, type Step, type Trace } from "../trace/trace.js";
import { type Block, heading, paragraph } from "./document.js";
import { tiedKeys } from "./looks.js";
import type { PictureView } from "./picture.js";
import { describeStep, type NumbersView, tableView } from "./step.js";

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
      view: tableView(view),
      measures: steps.map((step) => {
        const { title, valuesOn } = step;
        const alike = tiedKeys(trace, step);
        return { title, values: step.output().data, ...(valuesOn && { valuesOn }), ...(alike && { alike }) };
      }),
    },
  ];
}

/** Returns a heading if another scope begins. Outside of scopes, the heading is the command's name. */
export function openScope(scope: string, last: string, { command }: Trace): Block[] {
  return scope === last ? [] : [{ kind: "heading", level: 1, title: scope || command }];
}
