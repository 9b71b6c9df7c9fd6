import type { Trace } from "../trace/trace.js";
import { type Block, heading, paragraph, plainTable, type TableView } from "./document.js";
import { shapeOf, tableView } from "./step.js";

// Describes what surrounds the steps of a worked solution.

/** Returns the texts of a run's facts: those that are its purpose, or the others. */
export const factTexts = ({ facts }: Trace, areFindings: boolean): readonly string[] =>
  Object.values(facts).flatMap(({ text, isFinding = false }) =>
    text && isFinding === areFindings ? [text] : [],
  );

/** Describes the findings of the run. */
export const describeFindings = (trace: Trace): Block[] =>
  factTexts(trace, true).map((text) => paragraph(text));

/** Describes the conventions in force, in one paragraph. */
export function describeConventions({ conventions }: Trace, { precision }: TableView): Block[] {
  const rounding = precision === "full" ? [] : [`rounded to ${precision} decimals`];
  const texts = [...conventions.flatMap(({ text }) => text ?? []), ...rounding];
  return [{ ...paragraph(texts.join("; "), "dim"), opensPart: true }];
}

/** Describes other facts, below everything else. */
export function describeCounts(trace: Trace): Block[] {
  const lines = factTexts(trace, false).map((text) => paragraph(text));
  return lines.length > 0 ? [heading("Facts"), ...lines] : [];
}

/** Describes a matrix that was given or drawn. */
export function describeInput(
  { name, matrix, axes, isDrawn }: Trace["inputs"][number],
  view: TableView,
): Block[] {
  return [
    heading(name, { shape: `${shapeOf(matrix, axes)}${isDrawn ? ", drawn" : ""}` }),
    { ...plainTable({ matrix, axes }, tableView(view)), key: name },
  ];
}
