import { tabulate } from "../math/lists.js";
import type { Axis } from "../trace/op.js";
import type { Step } from "../trace/trace.js";
import type { Check } from "./check.js";
import type { Diagnosis, SlippedCell } from "./diagnosis.js";
import type { OwnNames } from "./how-read.js";

/**
 * Returns a check in the names of the sheet: `q1` for the first query, head 1 for the first head. Names of the problem
 * stay.
 */
export function inOwnNames(check: Check): Check {
  const { names } = check;
  if (!names || (names.labels.size === 0 && names.firstHead === 0 && !names.countsFromOne)) return check;
  const rename = renaming(names);
  const told = (text: string) => headText(text, names);
  const placed = <Of extends { readonly scope: string }>(of: Of): Of => ({ ...of, scope: told(of.scope) });
  const cell = <Of extends SlippedCell>(of: Of): Of => ({ ...of, step: rename(of.step) });
  return {
    ...check,
    without: check.without && rename(check.without),
    firstWrongStep: check.firstWrongStep && placed(check.firstWrongStep),
    lacking: check.lacking.map(placed),
    findings: check.findings.map(told),
    ...(check.read && {
      read: {
        ...check.read,
        steps: check.read.steps.map((step) => ({
          ...step,
          key: told(step.key),
          doubts: step.doubts.map(told),
        })),
      },
    }),
    steps: check.steps.map((step) => ({
      ...placed(step),
      answer: { ...step.answer, step: rename(step.answer.step) },
    })),
    diagnosis: check.diagnosis.map(
      (found): Diagnosis => ({
        ...found,
        heads: names.firstHead === undefined ? undefined : found.heads?.map(told),
        specificTitle: found.specificTitle && ((name) => told(found.specificTitle?.(name) ?? "")),
        again: found.again?.map(rename),
        shown: found.shown && cell(found.shown),
        cells: found.cells?.map(cell),
        follows: found.follows?.map((one) => ({ ...one, step: rename(one.step) })),
      }),
    ),
  };
}

/**
 * Returns a function that gives steps the names of a sheet. A person who counts rows or heads from 1 counts all from 1.
 */
function renaming({ labels, firstHead, countsFromOne }: OwnNames): (step: Step) => Step {
  const isFromOne =
    countsFromOne ||
    firstHead === 1 ||
    [...labels.values()].some((names) => names.every((name, at) => name.endsWith(String(at + 1))));
  const named = (axis: Axis, size: number): Axis => {
    if (axis.labels) return { ...axis, labels: axis.labels.map((label) => headText(label, { firstHead })) };
    const labelsOfAxis = labels.get(axis.name);
    if (labelsOfAxis?.length === size) return { ...axis, labels: labelsOfAxis };
    return isFromOne ? { ...axis, labels: tabulate(size, (at) => String(at + 1)) } : axis;
  };
  return (step) => ({
    ...step,
    formula: headText(step.formula, { firstHead }),
    axes: [named(step.axes[0], step.shape.rows), named(step.axes[1], step.shape.cols)],
    scope: step.scope.flatMap((part) => {
      if (part.kind !== "head" || !("index" in part)) return [part];
      return firstHead === undefined ? [] : [{ ...part, index: part.index + firstHead }];
    }),
  });
}

/**
 * Counts the heads in a text as the sheet does: "head 0", and "h0:1" for column 1 of head 0 among joined heads. The only
 * head is not said.
 */
const headText = (text: string, { firstHead }: Pick<OwnNames, "firstHead">): string =>
  firstHead === undefined
    ? text.replace(/ of head 0\b|\bhead 0(?:\/|: )|(?:^|\/)head 0$|^h0:/g, "")
    : text
        .replace(/\bhead (\d+)/g, (_, index) => `head ${Number(index) + firstHead}`)
        .replace(
          /^h(\d+):(\d+)$/,
          (_, head, col) => `h${Number(head) + firstHead}:${Number(col) + firstHead}`,
        );
