import { counted } from "../../errors.js";
import { sumOver } from "../../math/lists.js";
import type { ShownRun } from "../formats/format.js";
import type { Place } from "./chain.js";
import { pageData } from "./data.js";
import { blocksOfDump, type CheckedDump, dumpHeadline, writeDump } from "./dump.js";
import { cellsIn, MOST_CELLS, writeFigure } from "./figure.js";
import { fold, writeConventions } from "./folds.js";
import { writeParts } from "./rest.js";
import { cellsOfRun } from "./run-cells.js";
import { attentionsOf, type CheckedSheet, sheetHeadline, writeSheet } from "./sheet.js";
import { type PageParts, type WrittenRun, writeShell } from "./shell.js";
import type { PageRun } from "./table.js";
import { writeRun } from "./whole-run.js";
import { writeWhy } from "./why.js";

/** Writes a run as one self-contained page: the result, how it was computed, and the arithmetic of every cell. */
export async function* writePage(shown: ShownRun): AsyncGenerator<string> {
  const contents = await contentsOf(shown);
  const { editable } = shown;
  if (editable) {
    const { withFields } = await import("./fields.js");
    yield await writeShell(withFields(contents, editable));
  } else yield await writeShell(contents);
}

/** Returns the content of the page of a run. */
export async function contentsOf(shown: ShownRun): Promise<PageParts> {
  const { trace, precision, sheet, dump, cell, look } = shown;
  const first: Place | undefined = cell && [cell.key, cell.row, cell.col];
  const page: PageRun = {
    trace,
    cells: cellsOfRun(trace, precision),
    written: new Set(),
    ...(first && { first }),
  };
  const written = await (sheet
    ? writeCheckedSheet(shown, page, sheet)
    : dump
      ? writeCheckedDump(shown, page, dump)
      : first
        ? writeWhy(shown, page, first)
        : shown.isWhole
          ? writeRun(shown, page)
          : writeParts(shown, page));
  const { title, body, heads } = written;
  return {
    title: `${title} · qkv ${trace.command}`,
    kind: [sheet || dump ? "check" : trace.command, ...aboutOf(page)],
    body,
    data: { ...pageData(page), ...(heads && { heads }) },
    theme: look?.theme,
  };
}

async function writeCheckedSheet(shown: ShownRun, page: PageRun, sheet: CheckedSheet): Promise<WrittenRun> {
  const body = writeSheet(page, sheet);
  const right = attentionsOf(page, sheet);
  const cells = sumOver(right, (figure) => cellsIn(page, figure));
  const figures = cells > MOST_CELLS ? [] : right.map((figure) => writeFigure(page, figure, ""));
  const folds = [
    fold("The right numbers", "and how each is computed", figures.join("")),
    fold("Conventions", "and how to repeat this run", writeConventions(shown)),
  ];
  return { title: sheetHeadline(sheet), body: `${body}<div class="fold">${folds.join("")}</div>\n` };
}

async function writeCheckedDump(shown: ShownRun, page: PageRun, dump: CheckedDump): Promise<WrittenRun> {
  const { body: words } = await writeParts({ ...shown, document: { blocks: blocksOfDump(dump) } }, page);
  const folds = [
    fold("In words", "all findings, as in a terminal", words.replace(/^<h1>(.*?)<\/h1>/, "<p>$1</p>")),
    fold("Conventions", "and how to repeat this run", writeConventions(shown)),
  ];
  return {
    title: dumpHeadline(dump),
    body: `${writeDump(page, dump)}<div class="fold">${folds.join("")}</div>\n`,
  };
}

/** Says how large the problem is: "3 queries, 3 keys, 2 columns". */
function aboutOf({ trace }: PageRun): readonly string[] {
  const weights = trace.steps.find(({ view }) => view === "distribution");
  const heads = trace.steps.filter(
    ({ role, scope }) => role === "weights" && scope.at(-1)?.kind === "head",
  ).length;
  if (!weights) return [];
  const { rows, cols } = weights.shape;
  const isMasked = trace.steps.some(({ blocked }) => blocked !== undefined);
  return [
    `${counted(rows, "query", "queries")}, ${counted(cols, "key")}`,
    ...(heads > 1 ? [counted(heads, "head")] : []),
    ...(isMasked ? ["masked"] : []),
  ];
}
