import { parseCellReference } from "../homework/cell-reference.js";
import { explain } from "../homework/why.js";
import type { Document } from "../render/document.js";
import { describeTrace } from "../render/solution.js";
import { lowerToText } from "../render/text.js";
import { describeExplanation } from "../render/why.js";
import { resolveColorLevel } from "./color-level.js";
import { type FinishedRun, selectionOf, textWidth } from "./finished-run.js";
import type { Io } from "./io.js";
import { reproduceCommand } from "./reproduce.js";

/** The run for people on stdout: the worked solution, or the arithmetic of one cell. */
export async function printText(run: FinishedRun, io: Io): Promise<void> {
  const { ascii = false, color = "auto", width } = run.views;
  const colorLevel = await resolveColorLevel(color, io);
  const lines = lowerToText(describeRun(run), { width: textWidth(width, io), colorLevel, ascii });
  for await (const chunk of lines) io.write(chunk);
}

function describeRun({ command, reading, settings, trace, views }: FinishedRun): Document {
  const { precision = 4, plot = "auto", full = false, why, depth } = views;
  if (why)
    return describeExplanation(trace, explain(trace, parseCellReference(trace, why), depth), precision);
  const { blocks } = describeTrace(trace, { ...selectionOf(views), precision, plot, full });
  const line = reproduceCommand(command.name, reading, settings, command.settings);
  if (!line) return { blocks };
  return {
    blocks: [
      ...blocks,
      { kind: "heading", level: 2, title: "To repeat this run" },
      { kind: "code", text: line },
    ],
  };
}
