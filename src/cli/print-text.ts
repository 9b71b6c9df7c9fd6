import { parseCellReference } from "../homework/cell-reference.js";
import { explain } from "../homework/why.js";
import { describeChecks } from "../render/check.js";
import type { Document } from "../render/document.js";
import { chooseMatrix } from "../render/formats/choose.js";
import type { Precision } from "../render/number.js";
import { describeTrace } from "../render/solution.js";
import { lowerToText } from "../render/text.js";
import { describeExplanation } from "../render/why.js";
import { type CarrySettings, parseRounding } from "./carry-settings.js";
import { resolveColorLevel } from "./color-level.js";
import { settingsOf } from "./definition.js";
import { type FinishedRun, selectionOf, textWidth } from "./finished-run.js";
import type { Chunks, Io } from "./io.js";
import { isFile } from "./output.js";
import { reproduceCommand } from "./reproduce.js";

/** The run for people: the worked solution, one matrix of it, or the arithmetic of one cell. */
export async function textChunks(run: FinishedRun, io: Io): Promise<Chunks> {
  const { ascii = false, color = "auto", output, width } = run.views;
  // A file is no terminal, whatever stdout is.
  const colorLevel = isFile(output) && color === "auto" ? 0 : await resolveColorLevel(color, io);
  return lowerToText(describeRun(run), { width: textWidth(width, io), colorLevel, ascii });
}

function describeRun({ command, typed, settings, trace, views, checks }: FinishedRun): Document {
  if (checks) {
    return describeChecks(checks, { hint: views.hint ?? 3, showSolution: views.showSolution ?? false });
  }
  const { plot = "auto", full = false, why, depth, only, plotColumns } = views;
  const precision = views.precision ?? shownDecimals(settings);
  if (why) {
    const significant = precision === views.precision ? undefined : command.significantDigits;
    const digits = significant === undefined ? precision : { significant };
    return describeExplanation(trace, explain(trace, parseCellReference(trace, why), depth), digits);
  }
  if (only !== undefined) {
    const { key: _, ...chosen } = chooseMatrix(trace, only, selectionOf(views).scope);
    const table = { ...chosen, rowMargins: [], columnMargins: [], view: { precision, full } };
    return { blocks: [{ kind: "matrix", ...table }] };
  }
  const { blocks } = describeTrace(trace, { ...selectionOf(views), precision, plot, plotColumns, full });
  const line = reproduceCommand(command.name, typed, settingsOf(command));
  if (!line) return { blocks };
  return {
    blocks: [
      ...blocks,
      { kind: "heading", level: 2, title: "To repeat this run" },
      { kind: "code", text: line },
    ],
  };
}

/** As many decimals as are carried; else 4. */
function shownDecimals({ carry }: Partial<CarrySettings>): Precision {
  if (carry === undefined) return 4;
  const { unit, count } = parseRounding(carry);
  return unit === "decimals" ? count : "full";
}
