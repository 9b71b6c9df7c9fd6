import { findCell } from "../../explain/cell-reference.js";
import type { Block, Document } from "../../render/document.js";
import type { Chunks, RunFormat } from "../../render/formats/format.js";
import { isOfMachine } from "../../render/named-check.js";
import { type FinishedRun, shownDecimals } from "../finished-run.js";
import type { Io } from "../io.js";
import { editableRun } from "./editable-run.js";
import { tellZeros } from "./print-format.js";
import { describeRun } from "./print-text.js";
import { reproduceCommand } from "./reproduce.js";

/** Writes what a terminal would show of a run in a format for people: Markdown, LaTeX, pictures, a page. */
export function documentChunks(
  run: FinishedRun,
  { lower, isComplete, writesZeros }: RunFormat,
  io: Io,
): Chunks {
  if (!lower) throw new TypeError("a format that shows no run is printed elsewhere");
  const { views, trace, settings, command } = run;
  const isWhole = isComplete && views.steps === undefined && command.source !== "model";
  const shown = isWhole ? { ...run, views: { ...views, steps: "all" as const } } : run;
  const described = describeRun(shown, io.platform, isComplete);
  const document = writesZeros && typeof views.precision === "number" ? withZeros(described) : described;
  if (document !== described) tellZeros(run, document.flatMap(numbersOf), io);
  const { steps, layer, head, only, why, uses } = views;
  const asksForParts = (steps ?? layer ?? head ?? only ?? why ?? uses ?? run.checks) !== undefined;
  const found = why === undefined || run.checks ? undefined : findCell(trace, why);
  return lower({
    document,
    trace: found?.trace ?? trace,
    cell: found?.cell,
    precision: views.precision ?? shownDecimals(settings),
    isWhole: !asksForParts,
    ...onlyCheckOf(run),
    look: { theme: views.theme, width: views.width },
    ...(views.editable && { editable: editableRun(run, io) }),
    repeat: reproduceCommand(run, io.platform),
  });
}

/** Returns the only sheet or dump that was checked, if nothing else is asked for. */
function onlyCheckOf({ checks = [], views }: FinishedRun) {
  const [only, another] = checks;
  const { hint, why, uses } = views;
  if (!only || another || (why ?? uses) !== undefined) return {};
  const { check } = only;
  return isOfMachine(check) ? { dump: { check, hint } } : { sheet: { check, hint } };
}

/** Returns a document whose tables write numbers that round to 0 as 0. */
function withZeros(blocks: Document): Document {
  return blocks.map((block) =>
    block.kind === "matrix" || block.kind === "measures"
      ? { ...block, view: { ...block.view, tiny: "zero" } }
      : block,
  );
}

/** Returns the numbers of a table, with those in its margins. */
function numbersOf(block: Block) {
  if (block.kind === "measures") return block.measures.map(({ values }) => values);
  if (block.kind !== "matrix") return [];
  return [block.matrix.data, ...[...block.rowMargins, ...block.columnMargins].map(({ values }) => values)];
}
