import { scopeText } from "../../trace/scope.js";
import { findStep } from "../../trace/trace.js";
import { type Block, textOf } from "../document.js";
import { escapeMarkup } from "../drawing/svg.js";
import type { ShownRun } from "../formats/format.js";
import { type Answer, answerOf, emphasised } from "./answer.js";
import { type PageContext, writeBlock } from "./blocks.js";
import { chainOf, type Place } from "./chain.js";
import { writeCrossed } from "./crossed.js";
import { pageData } from "./data.js";
import { type Crossed, type Figure, findFigures, keysOf } from "./figures.js";
import { writeHeads, writeStrongest } from "./heads.js";
import type { HeadsData } from "./heads-data.js";
import { writeMath, writeSmallMath } from "./markup.js";
import { equals, row } from "./math.js";
import { modelHead, patternOf } from "./model.js";
import { titleOfProducts, writeOthers, writeProducts } from "./products.js";
import { LEVELS } from "./ramp.js";
import { cellsOfRun } from "./run-cells.js";
import { attentionsOf, type CheckedSheet, sheetHeadline, writeSheet } from "./sheet.js";
import { type PageParts, writeShell } from "./shell.js";
import { writeStream } from "./stream.js";
import { MOST_IN_STRIP, writeStrip } from "./strip.js";
import type { PageRun } from "./table.js";
import { writeRows } from "./written-out.js";

const HINT = "Point at any number to see what it is made of.";
/** Figures of more cells than these together are drawn as pictures. */
const MOST_CELLS = 3000;
const MOST_FIGURES = 4;
const MOST_STRIPS = 4;
/** Images of a page have so many characters together. */
const MOST_IMAGE_CHARACTERS = 110_000;
/** What there is room for where large heads are drawn: small tables alone. */
const BESIDE_HEADS = { cells: 600, images: 0 } as const;

/** A run as one page that needs nothing else: what came out, how it came about, and the arithmetic of every cell. */
export async function* writePage(shown: ShownRun): AsyncGenerator<string> {
  const contents = await contentsOf(shown);
  const { editable } = shown;
  if (editable) {
    const { withFields } = await import("./fields.js");
    yield await writeShell(withFields(contents, editable));
  } else yield await writeShell(contents);
}

/** What stands on the page of a run. */
export async function contentsOf(shown: ShownRun): Promise<PageParts> {
  const { trace, precision, sheet, cell } = shown;
  const first: Place | undefined = cell && [cell.key, cell.row, cell.col];
  const page: PageRun = {
    trace,
    cells: cellsOfRun(trace, precision),
    written: new Set(),
    ...(first && { first }),
  };
  const written = await (sheet
    ? writeCheckedSheet(shown, page, sheet)
    : first
      ? writeWhy(shown, page, first)
      : shown.isWhole
        ? writeRun(shown, page)
        : writeParts(shown, page));
  const { title, body, heads } = written;
  return {
    title: `${title} · qkv ${trace.command}`,
    kind: [sheet ? "check" : trace.command, ...aboutOf(page)],
    body,
    data: { ...pageData(page), ...(heads && { heads }) },
  };
}

/** What is written of a run. */
interface WrittenRun {
  /** Text. */
  readonly title: string;
  readonly body: string;
  readonly heads?: HeadsData;
}

async function writeCheckedSheet(shown: ShownRun, page: PageRun, sheet: CheckedSheet): Promise<WrittenRun> {
  const body = writeSheet(page, sheet);
  const right = attentionsOf(page, sheet);
  const cells = right.reduce((sum, figure) => sum + cellsIn(page, figure), 0);
  const figures = cells > MOST_CELLS ? [] : right.map((figure) => writeFigure(page, figure, ""));
  const folds = [
    ...(figures.length > 0 ? [fold("The right numbers", "and what each is made of", figures.join(""))] : []),
    fold("Conventions", "and how to repeat this run", writeConventions(shown)),
  ];
  return { title: sheetHeadline(sheet), body: `${body}<div class="fold">${folds.join("")}</div>\n` };
}

/** Further down, arithmetic is too long to be read. */
const MOST_LEVELS = 8;

/** The arithmetic of one cell, a level a line, and the figure in which it stands. */
async function writeWhy(shown: ShownRun, page: PageRun, place: Place): Promise<WrittenRun> {
  const { cells } = page;
  let levels = 1;
  while (levels < MOST_LEVELS && chainOf(cells, place, levels).hasMore) levels++;
  const { lines, hasMore } = chainOf(cells, place, levels);
  const figures = findFigures(page.trace).filter(
    (figure) => keysOf(figure).includes(place[0]) && cellsIn(page, figure) <= MOST_CELLS,
  );
  const { body: outline } = await writeParts(shown, page);
  const more = hasMore ? '<p class="note">It goes on: click a number to follow it.</p>' : "";
  const name = `${writeSmallMath(row(cells.name(place), equals, ["mn", undefined, cells.text(place)]))}`;
  const parts = [
    `<h1><span class="hide">${escapeMarkup(`${place[0]} = ${cells.text(place)}`)}</span>${name}</h1>\n<div class="levels">${lines.map(writeMath).join("\n")}</div>${more}\n`,
    ...figures.slice(0, 1).map((figure) => writeFigure(page, figure, HINT)),
    ...(figures.length > 0 ? [writeScale(page, figures[0].kind === "crossed")] : []),
    `<div class="fold">${fold("Step by step", "down to what was given", outline.replace(/^<h1>.*?<\/h1>\n/, ""))}${fold("Conventions", "and how to repeat this run", writeConventions(shown))}</div>\n`,
  ];
  return { title: `${place[0]} = ${cells.text(place)}`, body: parts.join("") };
}

/** How large the problem is: "3 queries, 3 keys, 2 columns". */
function aboutOf({ trace }: PageRun): readonly string[] {
  const weights = trace.steps.find(({ view }) => view === "distribution");
  const heads = trace.steps.filter(({ role }) => role === "weights").length;
  if (!weights) return [];
  const { rows, cols } = weights.shape;
  const counted = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
  const isMasked = trace.steps.some(({ blocked }) => blocked !== undefined);
  return [
    `${counted(rows, "query", "queries")}, ${counted(cols, "key")}`,
    ...(heads > 1 ? [counted(heads, "head")] : []),
    ...(isMasked ? ["masked"] : []),
  ];
}

const isCrossed = (figure: Figure): figure is Crossed => figure.kind === "crossed";

async function writeRun(shown: ShownRun, page: PageRun): Promise<WrittenRun> {
  const figures = findFigures(page.trace);
  const model = modelHead(page.trace);
  const crossed = figures.filter(isCrossed);
  const answer = answerOf(page.trace, crossed);
  const cells = figures.reduce((sum, figure) => sum + cellsIn(page, figure), 0);
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
  const rest = await writeRest(shown, page, heads !== undefined && cells > MOST_CELLS);
  const isFolded = drawn.length > 0 || heads !== undefined;
  if (!isFolded) parts.push(rest);
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

function writeHero(
  page: PageRun,
  crossed: readonly Crossed[],
  { headline, more }: Answer,
  isDrawn: boolean,
): string {
  const strips = isDrawn ? [] : stripsOf(page, crossed, more);
  const isOfStrip = (text: string) => strips.length > 1 && crossed.some(({ scope }) => isAbout(text, scope));
  const told = more.filter((text) => !isOfStrip(text)).map((text) => `<p>${emphasised(text)}</p>`);
  const head = `<h1>${headline}</h1>\n${told.join("\n")}`;
  if (strips.length === 1) return `<div class="hero"><div>${head}</div>${strips[0]}</div>\n`;
  return `${head}${strips.length > 0 ? `<div class="strips">${strips.join("")}</div>` : ""}\n`;
}

/** What a head does: as its model says, or by the measures of its rows. */
function doesOf({ trace, cells }: PageRun, scope: string): string {
  const pattern = patternOf(trace, scope);
  if (pattern !== "") return pattern;
  const [, above = "", head] = /^(?:(.*)\/)?head (\d+)$/.exec(scope) ?? [];
  if (head === undefined) return "";
  const told = Object.entries(MEASURES).flatMap(([role, name]) => {
    const step = trace.steps.find((one) => one.role === role && scopeText(one.scope) === above);
    const value = step && cells.matrix(step.key).data[Number(head)];
    return value === undefined || !Number.isFinite(value) ? [] : [`${name} ${Math.round(100 * value)} %`];
  });
  return told.map(escapeMarkup).join(" · ");
}

/** Measures of heads, as a picture tells them. */
const MEASURES: Readonly<Record<string, string>> = {
  "head-diagonal": "itself",
  "head-previous": "one back",
  "head-entropy": "entropy",
};

const fold = (title: string, about: string, body: string) =>
  `<details><summary>${title} <span class="note">${about}</span></summary>${body}</details>`;

const cellsIn = ({ cells }: PageRun, figure: Figure) =>
  keysOf(figure).reduce((sum, key) => sum + cells.matrix(key).data.length, 0);

/** Whether a sentence tells of a head: "Head 0 spreads its weight". */
const isAbout = (text: string, scope: string) => scope !== "" && text.startsWith(`${headingOf(scope)} `);

function stripsOf(
  { trace, cells }: PageRun,
  crossed: readonly Crossed[],
  sentences: readonly string[],
): readonly string[] {
  if (crossed.length > MOST_STRIPS) return [];
  return crossed.flatMap(({ weights, scope }) => {
    const step = findStep(trace, weights);
    if (!step || Math.max(step.shape.rows, step.shape.cols) > MOST_IN_STRIP) return [];
    const label = `Who looks at whom${scope === "" ? "" : `, ${scope}`}: lines as thick as the weight`;
    const strip = writeStrip(step, cells.matrix(weights), label, cells.format(weights));
    if (crossed.length === 1) return [strip];
    const notes = sentences
      .filter((text) => isAbout(text, scope))
      .map((text) => {
        return `<p class="note">${escapeMarkup(text.slice(scope.length + 1))}</p>`;
      });
    return [
      `<section><h2 class="sub">${escapeMarkup(headingOf(scope))}</h2>${notes.join("")}${strip}</section>`,
    ];
  });
}

/** "head 0" as a heading. */
const headingOf = (scope: string) => scope.charAt(0).toUpperCase() + scope.slice(1);

function writeFigure(page: PageRun, figure: Figure, hint: string): string {
  const title = figure.scope === "" ? "" : `<h2>${escapeMarkup(headingOf(figure.scope))}</h2>\n`;
  if (figure.kind === "crossed") return `${title}${writeCrossed(page, figure, hint)}`;
  if (figure.kind === "products")
    return `<h2>${titleOfProducts(page, figure)}</h2>\n${writeProducts(page, figure, hint)}`;
  return `${title}${writeOthers(page, figure, hint)}`;
}

function writeScale({ trace }: PageRun, hasWeights: boolean): string {
  if (!hasWeights) return "";
  const steps = Array.from({ length: LEVELS / 2 + 1 }, (_, at) => `<li class="a${2 * at}"></li>`).join("");
  const isMasked = trace.steps.some(({ blocked }) => blocked !== undefined);
  const masked = isMasked ? '<span class="x" aria-hidden="true"></span><span>masked</span>' : "";
  return `<div class="scale"><span>weight 0</span><ol aria-hidden="true">${steps}</ol><span>1</span>${masked}<span class="key"><i class="q">from Q</i><i class="k">from K</i><i class="v">from V</i></span></div>\n`;
}

function writeConventions({ trace, precision, repeat }: ShownRun): string {
  const pairs = trace.conventions.flatMap(({ name, text }) =>
    text === undefined ? [] : [[nameInWords(name), text] as const],
  );
  const rounding =
    precision === "full"
      ? []
      : [["Rounded", `to ${precision} decimals where shown; worked unrounded`] as const];
  const facts = Object.values(trace.facts).flatMap(({ text, isFinding }) =>
    text && !isFinding ? [["In all", text] as const] : [],
  );
  const all = [...pairs, ["Rows and columns", "counted from 0"] as const, ...rounding, ...facts];
  const list = all
    .map(([name, text]) => `<dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(text)}</dd>`)
    .join("");
  const again = repeat === undefined ? "" : `<dt>To repeat</dt><dd><code>${escapeMarkup(repeat)}</code></dd>`;
  return `<dl>${list}${again}</dl>`;
}

/** maskTrue as "Mask true". */
const nameInWords = (name: string) =>
  headingOf(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));

/** The blocks of the Document whose numbers do not stand on the page yet. */
async function writeRest(
  { document, precision }: ShownRun,
  page: PageRun,
  hasHeads: boolean,
): Promise<string> {
  const context = contextOf(page, precision, hasHeads);
  const groups: Block[][] = [];
  for (const block of document.blocks) {
    if (block.kind === "heading" || groups.length === 0) groups.push([block]);
    else groups[groups.length - 1].push(block);
  }
  const parts: string[] = [];
  const already = new Set(page.written);
  const drawnScopes = new Set(
    page.trace.steps.flatMap(({ view, scope }) =>
      view === "distribution" && scope.length > 0 ? [scopeText(scope)] : [],
    ),
  );
  for (const group of groups) {
    const [first] = group;
    const keys = group.flatMap((block) =>
      block.kind === "matrix" && block.key !== undefined ? [block.key] : [],
    );
    const isTold = keys.length > 0 && keys.every((key) => already.has(key));
    // What stands before the first heading was told above; so is the command.
    if (first.kind !== "heading" || isTold || group.some(({ kind }) => kind === "code")) continue;
    if (first.level === 1) {
      context.scope = first.title;
      if (group.length === 1) continue;
    }
    // The pictures of heads say what their steps hold.
    if (hasHeads && drawnScopes.has(context.scope)) continue;
    for (const block of group) parts.push(await writeBlock(block, context));
  }
  return parts.join("");
}

/** Only what was asked for. */
async function writeParts({ document, precision }: ShownRun, page: PageRun): Promise<WrittenRun> {
  const context = contextOf(page, precision);
  const [first] = document.blocks;
  const title = first?.kind === "paragraph" ? textOf(first.spans) : `qkv ${page.trace.command}`;
  const rest = first?.kind === "paragraph" ? document.blocks.slice(1) : document.blocks;
  const parts: string[] = [];
  for (const block of rest) parts.push(await writeBlock(block, context));
  return { title, body: `<h1>${escapeMarkup(title)}</h1>\n${parts.join("")}` };
}

const contextOf = (page: PageRun, precision: ShownRun["precision"], hasHeads = false): PageContext => ({
  page,
  precision,
  title: "",
  scope: "",
  hasTable: false,
  room: hasHeads ? { ...BESIDE_HEADS } : { cells: MOST_CELLS, images: MOST_IMAGE_CHARACTERS },
  isWorthDrawing: (key) => {
    const step = findStep(page.trace, key);
    if (hasHeads && step?.view === "distribution") return false;
    return !step || step.scope.length === 0 || step.view === "distribution";
  },
});
