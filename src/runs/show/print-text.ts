import { findCell, parseCellReference } from "../../explain/cell-reference.js";
import { findUses } from "../../explain/uses.js";
import { explain } from "../../explain/why.js";
import { describeChecks } from "../../render/check.js";
import { type Block, type Document, heading, plainTable } from "../../render/document.js";
import { chooseMatrix } from "../../render/formats/choose.js";
import type { Chunks } from "../../render/formats/format.js";
import { describeModel } from "../../render/model.js";
import { foldTerms } from "../../render/notation.js";
import { requireColumns, requirePictures } from "../../render/picture.js";
import {
  describeConventions,
  describeCounts,
  describeTrace,
  type SolutionView,
} from "../../render/solution.js";
import { describeExplanation, type ShownDigits } from "../../render/why.js";
import { describeUses } from "../../render/why-uses.js";
import { keptSteps, type Trace } from "../../trace/trace.js";
import { decimalsOf, type FinishedRun, selectionOf, shownDecimals } from "../finished-run.js";
import type { Io } from "../io.js";
import { lowerAsAsked } from "./deliver.js";
import { reproduceCommand } from "./reproduce.js";

/** Writes the run for people: the solution with its steps, one matrix of it, or the arithmetic of one cell. */
export async function textChunks(run: FinishedRun, io: Io): Promise<Chunks> {
  return lowerAsAsked(describeRun(run, io.platform), run.views, io);
}

/**
 * Returns what people see of a run. `inputs` adds the inputs. Throws UNKNOWN_STEP, and USAGE for pictures that the run
 * does not have.
 */
export function describeRun(run: FinishedRun, platform: string, inputs = false): Document {
  const { trace, views, checks } = run;
  const { hint, critique, showSolution, verbose, why, uses, only } = views;
  const asksForCells = (why ?? uses) !== undefined;
  const { scope } = selectionOf(views);
  if (checks || asksForCells) {
    return [
      ...(checks ? describeChecks(checks, { hint, critique, showSolution, verbose, scope }) : []),
      ...(asksForCells ? describeCells(run) : []),
    ];
  }
  if (only === undefined) return describeSolution(run, platform, inputs);
  const chosen = chooseMatrix(trace, only, scope);
  return [plainTable(chosen, { ...decimalsOf(run), full: views.full })];
}

function describeSolution(run: FinishedRun, platform: string, inputs: boolean): Document {
  const { command, trace, views } = run;
  const { plot, plotColumns, full } = views;
  const view = { ...selectionOf(views), ...decimalsOf(run), plot, plotColumns, full, inputs };
  const blocks = command.source === "model" ? describeModelRun(trace, view) : describeTrace(trace, view);
  const line = reproduceCommand(run, platform);
  if (!line) return blocks;
  return [...blocks, heading("To repeat this run"), { kind: "code", text: line }];
}

/** Describes a whole model. It has thousands of steps, which are only shown if some of them are asked for. */
function describeModelRun(trace: Trace, view: SolutionView) {
  if (view.steps !== undefined || view.scope !== undefined) return describeTrace(trace, view);
  requirePictures(keptSteps(trace), view.plot);
  if (view.plotColumns) requireColumns([], view.plotColumns);
  return [...describeModel(trace, view), ...describeConventions(trace, view), ...describeCounts(trace)];
}

/** Describes how a cell is computed (--why), where it is used (--uses), or both. */
function describeCells({ command, settings, trace, views }: FinishedRun): readonly Block[] {
  const { why, uses, depth, precision } = views;
  const { significantDigits: significant } = command;
  const isChosen = precision !== undefined || significant === undefined;
  const digits: ShownDigits = isChosen ? (precision ?? shownDecimals(settings)) : { significant };
  const blocks: Block[] = [];
  if (why !== undefined) {
    const found = findCell(trace, why);
    const explanation = explain(found.trace, found.cell, depth, foldTerms);
    blocks.push(...describeExplanation(found.trace, explanation, digits));
  }
  if (uses !== undefined) {
    const cell = parseCellReference(trace, uses);
    blocks.push(...describeUses(trace, cell, findUses(trace, cell), digits));
  }
  return blocks;
}
