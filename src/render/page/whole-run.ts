import { sumOver } from "../../math/lists.js";
import type { ShownRun } from "../formats/format.js";
import { answerOf } from "./answer.js";
import { cellsIn, HINT, MOST_CELLS, writeFigure, writeScale } from "./figure.js";
import { type Crossed, type Figure, findFigures } from "./figures.js";
import { fold, writeConventions } from "./folds.js";
import { writeHeads } from "./heads.js";
import { writeHero } from "./hero.js";
import { doesOf } from "./measured-heads.js";
import { modelHead } from "./model.js";
import { writeRest } from "./rest.js";
import type { WrittenRun } from "./shell.js";
import { writeStream } from "./stream.js";
import { writeStrongest } from "./strongest.js";
import type { PageRun } from "./table.js";
import { writeRows } from "./written-out.js";

const MOST_FIGURES = 4;

const isCrossed = (figure: Figure): figure is Crossed => figure.kind === "crossed";

/** A run as a whole: what came out, its figures, and all else folded. */
export async function writeRun(shown: ShownRun, page: PageRun): Promise<WrittenRun> {
  const figures = findFigures(page.trace);
  const model = modelHead(page.trace);
  const crossed = figures.filter(isCrossed);
  const answer = answerOf(page.trace, crossed);
  const cells = sumOver(figures, (figure) => cellsIn(page, figure));
  const isDrawn = cells > MOST_CELLS || crossed.length > MOST_FIGURES || model !== undefined;
  // What is only listed is told step by step, with its pictures.
  const isListed = figures.every(({ kind }) => kind === "others");
  const drawn = isDrawn || isListed ? [] : figures;
  const parts: string[] = [model?.markup ?? writeHero(page, crossed, answer, isDrawn)];
  for (const [at, figure] of drawn.entries()) parts.push(writeFigure(page, figure, at === 0 ? HINT : ""));
  if (drawn.length > 0) parts.push(writeScale(page, crossed.length > 0));
  const heads =
    isDrawn && crossed.length > 0
      ? await writeHeads(page, crossed, ({ scope }) => doesOf(page, scope))
      : undefined;
  if (heads) {
    const areHeads = crossed.every(({ scope }) => scope === "" || /head \d+$/.test(scope));
    const title = areHeads
      ? crossed.length > 1
        ? "What each head does"
        : "Who looks at whom"
      : "Weights, side by side";
    const choose = crossed.length > 1 ? " Choose one to open it." : "";
    const pictures = `<h2>${title}</h2><p class="note">A row is a query, a column a key; dark is a large weight.${choose}</p>${heads.pictures}`;
    const stream = model ? writeStream(page, model.last) : "";
    parts.push(
      stream === "" ? pictures : `<div class="halves"><div>${pictures}</div><div>${stream}</div></div>\n`,
      heads.opened,
    );
  }
  const told = new Set(crossed.flatMap(({ scores, weights, output = weights }) => [scores, weights, output]));
  const rest = await writeRest(shown, page, heads && { areLarge: cells > MOST_CELLS, told });
  const isFolded = drawn.length > 0 || heads !== undefined;
  if (!isFolded) parts.push(`<div class="listed">${rest}</div>\n`);
  const rows = drawn.length > 0 && crossed.length > 0 ? writeRows(page, crossed) : "";
  const strongest = heads ? writeStrongest(page, crossed) : "";
  const folds = [
    ...(rows === "" ? [] : [fold("Written out", "row by row, from the scores to the output", rows)]),
    ...(strongest === "" ? [] : [fold("In numbers", "the largest weight of every row", strongest)]),
    ...(isFolded && rest !== "" ? [fold("Everything else", "that was worked out", rest)] : []),
    fold("Conventions", "and how to repeat this run", writeConventions(shown)),
  ];
  parts.push(`<div class="fold">${folds.join("")}</div>\n`);
  const title = model?.title ?? answer.title;
  return { title, body: parts.join(""), ...(heads && { heads: heads.data }) };
}
