import { counted } from "../../errors.js";
import { present, sumOver } from "../../math/lists.js";
import { escapeMarkup } from "../drawing/svg.js";
import type { CheckedDump, CheckedSheet, ShownRun } from "../formats/format.js";
import { writeParts } from "./blocks.js";
import { chainOf, type Place } from "./chain.js";
import { pageData } from "./data.js";
import { blocksOfDump, dumpHeadline, writeDump } from "./dump.js";
import { findFigures, keysOf } from "./figures.js";
import { fold, writeFolds } from "./folds.js";
import { writeMath, writeSmallMath } from "./markup.js";
import { equals, row } from "./math.js";
import { cellsIn, HINT, hasMaskedWeights, MOST_CELLS, writeFigure, writeScale } from "./products.js";
import { cellsOfRun } from "./run-cells.js";
import { attentionsOf, sheetHeadline, writeSheet } from "./sheet.js";
import { type PageParts, type WrittenRun, writeShell } from "./shell.js";
import type { PageRun } from "./table.js";
import { writeRun } from "./whole-run.js";

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
    first,
  };
  const { title, body, heads } = await writtenOf(shown, page);
  return {
    title: `${title} · qkv ${trace.command}`,
    kind: [sheet || dump ? "check" : trace.command, ...aboutOf(page)],
    body,
    data: { ...pageData(page), heads },
    theme: look?.theme,
  };
}

function writtenOf(shown: ShownRun, page: PageRun): WrittenRun | Promise<WrittenRun> {
  if (shown.sheet) return writeCheckedSheet(shown, page, shown.sheet);
  if (shown.dump) return writeCheckedDump(shown, page, shown.dump);
  if (page.first) return writeWhy(shown, page, page.first);
  return shown.isWhole ? writeRun(shown, page) : writeParts(shown, page);
}

function writeCheckedSheet(shown: ShownRun, page: PageRun, sheet: CheckedSheet): WrittenRun {
  const body = writeSheet(page, sheet);
  const right = attentionsOf(page, sheet);
  const cells = sumOver(right, (figure) => cellsIn(page, figure));
  const figures = cells > MOST_CELLS ? [] : right.map((figure) => writeFigure(page, figure, ""));
  const folded = fold("The right numbers", "and how each is computed", figures.join(""));
  return { title: sheetHeadline(sheet), body: `${body}${writeFolds(shown, folded)}` };
}

async function writeCheckedDump(shown: ShownRun, page: PageRun, dump: CheckedDump): Promise<WrittenRun> {
  const { body } = await writeParts({ ...shown, document: blocksOfDump(dump) }, page);
  const words = body.replace(/^<h1>(.*?)<\/h1>/, "<p>$1</p>");
  const folded = fold("In words", "all findings, as in a terminal", words);
  return { title: dumpHeadline(dump), body: `${writeDump(page, dump)}${writeFolds(shown, folded)}` };
}

/** Says how large the problem is: "3 queries, 3 keys, 2 columns". */
function aboutOf({ trace }: PageRun): readonly string[] {
  const weights = trace.steps.find(({ view }) => view === "distribution");
  const heads = trace.steps.filter(
    ({ role, scope }) => role === "weights" && scope.at(-1)?.kind === "head",
  ).length;
  if (!weights) return [];
  const { rows, cols } = weights.shape;
  const isMasked = hasMaskedWeights(trace);
  return present([
    `${counted(rows, "query", "queries")}, ${counted(cols, "key")}`,
    heads > 1 && counted(heads, "head"),
    isMasked && "masked",
  ]);
}

/** More levels of arithmetic would be too long to read. */
const MOST_LEVELS = 8;

/** The maximum count of numbers in all lines together. */
const MOST_NUMBERS = 160;

const numbersIn = (part: unknown): number =>
  !Array.isArray(part) ? 0 : part[0] === "mn" ? 1 : sumOver(part, numbersIn);

/** Writes the arithmetic of one cell, one level per line, and the figure that contains it. */
async function writeWhy(shown: ShownRun, page: PageRun, place: Place): Promise<WrittenRun> {
  const { cells } = page;
  let levels = 1;
  let chain = chainOf(cells, place, levels);
  while (levels < MOST_LEVELS && chain.hasMore) {
    const next = chainOf(cells, place, ++levels);
    if (numbersIn(next.lines) > MOST_NUMBERS) break;
    chain = next;
  }
  const { lines, hasMore } = chain;
  const figures = findFigures(page.trace).filter(
    (figure) => keysOf(figure).includes(place[0]) && cellsIn(page, figure) <= MOST_CELLS,
  );
  const { body: outline } = await writeParts(shown, page);
  const more = hasMore ? '<p class="note">There are more levels: click a number to follow it.</p>' : "";
  const name = `${writeSmallMath(row(cells.name(place), equals, ["mn", undefined, cells.text(place)]))}`;
  const parts = present([
    `<h1><span class="hide">${escapeMarkup(`${place[0]} = ${cells.text(place)}`)}</span>${name}</h1>\n<div class="levels">${lines.map(writeMath).join("\n")}</div>${more}\n`,
    ...figures.slice(0, 1).map((figure) => writeFigure(page, figure, HINT)),
    figures.length > 0 && writeScale(page, figures[0].kind === "crossed"),
    writeFolds(shown, fold("Step by step", "down to the inputs", outline.replace(/^<h1>.*?<\/h1>\n/, ""))),
  ]);
  return { title: `${place[0]} = ${cells.text(place)}`, body: parts.join("") };
}
