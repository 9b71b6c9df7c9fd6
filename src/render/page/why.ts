import { sumOver } from "../../math/lists.js";
import { escapeMarkup } from "../drawing/svg.js";
import type { ShownRun } from "../formats/format.js";
import { chainOf, type Place } from "./chain.js";
import { cellsIn, HINT, MOST_CELLS, writeFigure, writeScale } from "./figure.js";
import { findFigures, keysOf } from "./figures.js";
import { fold, writeConventions } from "./folds.js";
import { writeMath, writeSmallMath } from "./markup.js";
import { equals, row } from "./math.js";
import { writeParts } from "./rest.js";
import type { WrittenRun } from "./shell.js";
import type { PageRun } from "./table.js";

/** More levels of arithmetic would be too long to read. */
const MOST_LEVELS = 8;

/** The maximum count of numbers in all lines together. */
const MOST_NUMBERS = 160;

const numbersIn = (part: unknown): number =>
  !Array.isArray(part) ? 0 : part[0] === "mn" ? 1 : sumOver(part, numbersIn);

/** Writes the arithmetic of one cell, one level per line, and the figure that contains it. */
export async function writeWhy(shown: ShownRun, page: PageRun, place: Place): Promise<WrittenRun> {
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
  const parts = [
    `<h1><span class="hide">${escapeMarkup(`${place[0]} = ${cells.text(place)}`)}</span>${name}</h1>\n<div class="levels">${lines.map(writeMath).join("\n")}</div>${more}\n`,
    ...figures.slice(0, 1).map((figure) => writeFigure(page, figure, HINT)),
    ...(figures.length > 0 ? [writeScale(page, figures[0].kind === "crossed")] : []),
    `<div class="fold">${fold("Step by step", "down to the inputs", outline.replace(/^<h1>.*?<\/h1>\n/, ""))}${fold("Conventions", "and how to repeat this run", writeConventions(shown))}</div>\n`,
  ];
  return { title: `${place[0]} = ${cells.text(place)}`, body: parts.join("") };
}
