import { keptSteps, type Trace } from "../trace/trace.js";
import { describeBrief, findingBlocks, type SolutionView } from "./brief.js";
import type { Block, Document } from "./document.js";
import { describeConventions, describeCounts, describeFindings, describeInput } from "./frame.js";
import { scopedMaps } from "./overview.js";
import { describePart, groupSteps, openScope } from "./parts.js";
import { requireColumns, requirePictures } from "./picture.js";
import { selectSteps } from "./selection.js";

/**
 * Describes the worked solution for people: the result, the conventions in force, then the steps. Throws UNKNOWN_STEP.
 */
export function describeTrace(trace: Trace, view: SolutionView): Document {
  requirePictures(keptSteps(trace), view.plot);
  return { blocks: isBrief(view) ? describeBrief(trace, view) : describeWhole(trace, view) };
}

/** Whether the user has not said how much to show. */
const isBrief = ({ steps, scope, full, inputs }: SolutionView): boolean =>
  steps === undefined && scope === undefined && !full && inputs !== true;

/** Describes every selected step. */
function describeWhole(trace: Trace, view: SolutionView): Block[] {
  const steps = selectSteps(trace, view);
  if (view.plotColumns) requireColumns(steps, view.plotColumns);
  const parts = groupSteps(steps);
  const maps = scopedMaps(steps, view);
  const inScopes = parts.findLastIndex((part) => part.scope !== "");
  return [
    ...(view.full || view.steps === "all" ? findingBlocks(trace) : describeFindings(trace)),
    ...describeConventions(trace, view),
    ...shownInputs(trace, view).flatMap((input) => describeInput(input, view)),
    ...parts.flatMap((part, index) => [
      ...openScope(part.scope, parts[index - 1]?.scope ?? "", trace),
      ...describePart(part, trace, maps.length > 1 && part.scope !== "" ? { ...view, plot: "none" } : view),
      ...(index === inScopes && maps.length > 1 ? [{ kind: "gallery", pictures: maps } as const] : []),
    ]),
    ...describeCounts(trace),
  ];
}

/**
 * Returns all inputs if requested. Otherwise it returns the drawn inputs that are named among the steps, or all drawn
 * inputs with all steps.
 */
function shownInputs({ inputs }: Trace, { inputs: showsAll, steps }: SolutionView): Trace["inputs"] {
  const isAsked = (name: string) => steps === "all" || steps?.includes(name) === true;
  return inputs.filter(({ name, isDrawn }) => showsAll || (isDrawn && isAsked(name)));
}
