import type { Trace } from "../trace/trace.js";
import { type Block, heading, paragraph, plainTable, type TableView } from "./document.js";
import { shapeOf, tableView } from "./step.js";

// What stands around the steps of a worked solution.

/** What the run was made to find out. */
export function describeFindings({ facts }: Trace): Block[] {
  return Object.values(facts).flatMap(({ text, isFinding }) => (text && isFinding ? [paragraph(text)] : []));
}

/** The conventions in force, in one paragraph. */
export function describeConventions({ conventions }: Trace, { precision }: TableView): Block[] {
  const rounding = precision === "full" ? [] : [`rounded to ${precision} decimals`];
  const texts = [...conventions.flatMap(({ text }) => text ?? []), ...rounding];
  return [{ ...paragraph(texts.join("; "), "dim"), opensPart: true }];
}

/** What else is worth a line, below everything else. */
export function describeCounts({ facts }: Trace): Block[] {
  const lines = Object.values(facts).flatMap(({ text, isFinding }) =>
    text && !isFinding ? [paragraph(text)] : [],
  );
  return lines.length > 0 ? [heading("In all"), ...lines] : [];
}

/** A matrix that was given or drawn. */
export function describeInput(
  { name, matrix, axes, isDrawn }: Trace["inputs"][number],
  view: TableView,
): Block[] {
  return [
    heading(name, { shape: `${shapeOf(matrix, axes)}${isDrawn ? ", drawn" : ""}` }),
    { ...plainTable({ matrix, axes }, tableView(view)), key: name },
  ];
}
