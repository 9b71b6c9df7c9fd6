import type { CheckedStep } from "../check/check.js";
import type { ComparedParts, PartKind } from "../check/compared-parts.js";
import type { MachineCheck } from "../check/machine/check-dump.js";
import { sumOver } from "../math/lists.js";
import { unbroken } from "./wrap.js";

/** Up to this number of steps, the counts of each step are listed. */
const MOST_STEPS_NAMED = 3;

/** Says what was compared of a machine's numbers: `48 cells of output, 6 of log-sum-exp, in 1 of 8 heads`. */
export function comparedText({ steps, parts }: MachineCheck) {
  const named = steps.map((step, at) => `${step.of}${at === 0 ? " cells" : ""} of ${stepName(step)}`);
  const cells = sumOver(steps, ({ of }) => of);
  const counts = named.length > MOST_STEPS_NAMED ? [`${cells} cells of ${steps.length} steps`] : named;
  return withParts(counts.join(", "), parts);
}

/** Appends which part of a problem was compared, if it was not all of it. */
export const withParts = (text: string, parts: ComparedParts | undefined) =>
  parts ? `${text}, ${unbroken(partsText(parts))}` : text;

/** Says which part of a problem was compared: `in 1 of 8 heads`. */
export const partsText = ({ checked, of, kind }: ComparedParts) => `in ${checked} of ${of} ${PLURALS[kind]}`;

const PLURALS: Readonly<Record<PartKind, string>> = {
  layer: "layers",
  text: "texts",
  batch: "batches",
  head: "heads",
  row: "rows",
};

/** Names a step as sheets do: `weights`, `head 0/weights`. */
export const stepName = ({ scope, id }: Pick<CheckedStep, "scope" | "id">) =>
  scope === "" ? id : `${scope}/${id}`;
