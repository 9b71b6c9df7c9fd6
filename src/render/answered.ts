import type { CheckedStep } from "../check/check.js";
import type { ComparedParts, PartKind } from "../check/compared-parts.js";
import type { MachineCheck } from "../check/machine/check-dump.js";
import { sumOver } from "../math/lists.js";
import { unbroken } from "./wrap.js";

/** Of so many steps it is said how much of each was answered. */
const MOST_STEPS_NAMED = 3;

/** What was compared of a machine's numbers, in words: `48 cells of output, 6 of log-sum-exp, in 1 of 8 heads`. */
export function comparedText({ steps, parts }: Pick<MachineCheck, "steps" | "parts">): string {
  const named = steps.map((step, at) => `${step.of}${at === 0 ? " cells" : ""} of ${stepName(step)}`);
  const cells = sumOver(steps, ({ of }) => of);
  const counts = named.length > MOST_STEPS_NAMED ? [`${cells} cells of ${steps.length} steps`] : named;
  return withParts(counts.join(", "), parts);
}

/** A text with the part of a problem that was looked at behind it, where it was not all of it. */
export const withParts = (text: string, parts: ComparedParts | undefined): string =>
  parts ? `${text}, ${unbroken(partsText(parts))}` : text;

/** Which part of a problem was looked at: `in 1 of 8 heads`. */
export const partsText = ({ checked, of, kind }: ComparedParts): string =>
  `in ${checked} of ${of} ${PLURALS[kind]}`;

const PLURALS: Readonly<Record<PartKind, string>> = {
  layer: "layers",
  text: "texts",
  batch: "batches",
  head: "heads",
  row: "rows",
};

/** A step as sheets name it: `weights`, `head 0/weights`. */
export const stepName = ({ scope, id }: Pick<CheckedStep, "scope" | "id">) =>
  scope === "" ? id : `${scope}/${id}`;
