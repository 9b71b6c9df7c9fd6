import { sumOver } from "../../math/lists.js";
import type { ShownRun } from "../formats/format.js";
import { answerOf, writeHero } from "./answer.js";
import { writeRest } from "./blocks.js";
import { type Crossed, type Figure, findFigures } from "./figures.js";
import { fold, writeFolds } from "./folds.js";
import { type Heads, writeHeads } from "./heads.js";
import { doesOf, modelHead } from "./model.js";
import { cellsIn, HINT, MOST_CELLS, writeFigure, writeScale } from "./products.js";
import type { WrittenRun } from "./shell.js";
import { writeStream } from "./stream.js";
import type { PageRun } from "./table.js";
import { writeRows, writeStrongest } from "./written-out.js";

const MOST_FIGURES = 4;

const isCrossed = (figure: Figure): figure is Crossed => figure.kind === "crossed";

/** What a page shows first of a run, and what is folded below it. */
interface ShownFirst {
  readonly markup: string;
  readonly folded: string;
  readonly heads?: Heads;
}

/** Writes a run as a whole: the result, its figures, and everything else folded. */
export async function writeRun(shown: ShownRun, page: PageRun): Promise<WrittenRun> {
  const figures = findFigures(page.trace);
  const model = modelHead(page.trace);
  const crossed = figures.filter(isCrossed);
  const answer = answerOf(page.trace, crossed);
  const areLarge = sumOver(figures, (figure) => cellsIn(page, figure)) > MOST_CELLS;
  const isDrawn = areLarge || crossed.length > MOST_FIGURES || model !== undefined;
  // If there are only lists, every step is shown in order, with its pictures.
  const isListed = isDrawn ? crossed.length === 0 : figures.every(({ kind }) => kind === "others");
  const hero = model?.markup ?? writeHero(page, crossed, answer, isDrawn);
  const first = isListed
    ? undefined
    : await (isDrawn ? writeDrawn(page, crossed, model?.last) : writeFigures(page, figures, crossed));
  const writtenOut = new Set(
    crossed.flatMap(({ scores, weights, output = weights }) => [scores, weights, output]),
  );
  const rest = await writeRest(shown, page, first?.heads && { areLarge, writtenOut });
  const folded = first ? [first.folded, fold("Everything else", "that was computed", rest)] : [];
  const body = [hero, first?.markup ?? `<div class="listed">${rest}</div>\n`, writeFolds(shown, ...folded)];
  const title = model?.title ?? answer.title;
  return { title, body: body.join(""), heads: first?.heads?.data };
}

/** Writes all figures with their numbers. */
function writeFigures(page: PageRun, figures: readonly Figure[], crossed: readonly Crossed[]): ShownFirst {
  const drawn = figures.map((figure, at) => writeFigure(page, figure, at === 0 ? HINT : ""));
  const rows = crossed.length > 0 ? writeRows(page, crossed) : "";
  return {
    markup: `${drawn.join("")}${writeScale(page, crossed.length > 0)}`,
    folded: fold("Written out", "row by row, from the scores to the output", rows),
  };
}

/** Draws heads as pictures, beside the residual stream of a model. */
async function writeDrawn(
  page: PageRun,
  crossed: readonly Crossed[],
  lastToken: string | undefined,
): Promise<ShownFirst> {
  const heads = await writeHeads(page, crossed, ({ scope }) => doesOf(page, scope));
  const choose = crossed.length > 1 ? " Choose one to open it." : "";
  const pictures = `<h2>${titleOfHeads(crossed)}</h2><p class="note">Rows are queries, columns are keys. Dark cells are large weights.${choose}</p>${heads.pictures}`;
  const stream = lastToken === undefined ? "" : writeStream(page, lastToken);
  const beside =
    stream === "" ? pictures : `<div class="halves"><div>${pictures}</div><div>${stream}</div></div>\n`;
  const strongest = writeStrongest(page, crossed);
  return {
    markup: beside + heads.opened,
    folded: fold("In numbers", "the largest weight of every row", strongest),
    heads,
  };
}

function titleOfHeads(crossed: readonly Crossed[]): string {
  if (!crossed.every(({ scope }) => scope === "" || /head \d+$/.test(scope))) return "Weights, side by side";
  return crossed.length > 1 ? "What each head does" : "Who looks at whom";
}
