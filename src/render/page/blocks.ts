import { setting } from "../../errors.js";
import { upTo } from "../../math/lists.js";
import { findStep, scopeText } from "../../trace/trace.js";
import {
  type Block,
  type Gallery,
  type Heading,
  type MatrixTable,
  type OutlineLine,
  textOf,
} from "../document.js";
import { drawPicture } from "../drawing/pictures.js";
import { escapeMarkup, writeSvg } from "../drawing/svg.js";
import type { ShownRun } from "../formats/format.js";
import { cellsOf } from "../lowering/cells.js";
import type { Precision } from "../number.js";
import type { Table } from "../table-sheets.js";
import { scrolled, writeGrid } from "./grid.js";
import { describeRange, imageOf } from "./images.js";
import { writeSmallMath } from "./markup.js";
import { minus } from "./math.js";
import { MOST_CELLS } from "./products.js";
import type { WrittenRun } from "./shell.js";
import { formulaMath } from "./symbols.js";
import { type PageRun, writeMatrix } from "./table.js";

/** The remaining room on a page. What is written is subtracted. */
interface Room {
  /** Cells that may be written out. */
  cells: number;
  /** Characters of images. */
  images: number;
}

/** A table with more cells is drawn as an image. */
const MOST_WRITTEN = 1024;

/** The state while a page is written. */
interface PageContext {
  readonly precision: Precision;
  readonly page: PageRun;
  readonly room: Room;
  /** The title under the current heading, for captions. */
  title: string;
  scope: string;
  /** Whether headings name their part of the run. They do if parts have no heading of their own. */
  readonly namesScopes?: boolean;
  /** Whether a table with shaded cells is under the current heading. Its heat map then adds nothing. */
  hasTable: boolean;
  /** Whether a table that is not written out is drawn as an image: one step per head is enough. */
  isWorthDrawing(key: string): boolean;
}

/** Writes a block of a Document as HTML. */
async function writeBlock(block: Block, page: PageContext): Promise<string> {
  switch (block.kind) {
    case "heading":
      return writeHeading(block, page);
    case "paragraph": {
      const text = textOf(block.spans);
      return block.spans[0]?.tone === "dim" ? writeNote(text) : `<p>${escapeMarkup(text)}</p>\n`;
    }
    case "outline":
      return writeOutline(block.lines);
    case "pairs":
      return `<ul>${block.pairs.map(({ name, value }) => `<li><b>${escapeMarkup(name)}</b> ${escapeMarkup(value)}</li>`).join("")}</ul>\n`;
    case "code":
      return `<pre tabindex="0">${escapeMarkup(block.text)}</pre>\n`;
    case "matrix":
    case "measures":
    case "marked":
      page.hasTable = true;
      return writeTable(block, page, page.title);
    case "gallery":
      return writeGallery(block, page);
    case "heatmap":
      if (page.hasTable) return "";
      return writeImage(block, page, page.title);
    case "bars":
    case "curves":
    case "hands": {
      const drawing = drawPicture(block, page.title);
      return drawing ? `<figure>${writeSvg(drawing)}</figure>\n` : "";
    }
  }
}

function writeHeading({ level, title, formula, shape }: Heading, page: PageContext): string {
  if (level === 1) {
    page.scope = title;
    return `<h2>${escapeMarkup(title)}</h2>\n`;
  }
  page.title = [page.scope, title].filter((part) => part !== "").join(": ");
  page.hasTable = false;
  const size = shape ? ` <span class="dim">(${escapeMarkup(shape)})</span>` : "";
  const below = formula ? `<p class="formula">${writeSmallMath(formulaMath(formula))}</p>\n` : "";
  const tag = page.scope === "" ? "h2" : "h3";
  return `<${tag} class="sub">${escapeMarkup(page.namesScopes ? page.title : title)}${size}</${tag}>\n${below}`;
}

function writeOutline(lines: readonly OutlineLine[]): string {
  let [html, depth] = ["", 0];
  for (const { level, spans } of lines) {
    const text = escapeMarkup(textOf(spans));
    if (level + 1 > depth) html += "<ul>".repeat(level + 1 - depth);
    else html += `</li>${"</ul></li>".repeat(depth - level - 1)}`;
    depth = level + 1;
    html += `<li>${text}`;
  }
  return `${html}${"</li></ul>".repeat(depth)}\n`;
}

/** Writes a table, or draws it if it is large or the page is full. */
async function writeTable(block: Table, context: PageContext, caption: string): Promise<string> {
  const { room, precision, page } = context;
  const count = countOf(block);
  if (block.kind === "matrix" && (count > MOST_WRITTEN || count > room.cells)) {
    if (context.isWorthDrawing(block.key ?? "")) return writeImage(block, context, caption);
    return writeNote(`${describeRange(block, precision)}; ${howToDraw(block)}`);
  }
  if (count > room.cells) return writeNote(`${caption}: too many for this page: see ${setting("steps")}`);
  room.cells -= count;
  if (block.kind === "matrix" && block.key !== undefined) {
    const table = writeMatrix(page, { key: block.key, caption, sums: marginOf(page, block) });
    return `${scrolled(caption, table)}\n`;
  }
  const full = block.kind === "marked" ? block : { ...block, view: { ...block.view, full: true } };
  const { heads, rows, feet } = cellsOf(full);
  const [lines, below] = [rows, feet].map((list) =>
    list.map(({ name, cells }) => ({ name, cells: cells.map(minus) })),
  );
  return `${writeGrid({ caption, heads, rows: lines, feet: below })}\n`;
}

/** Returns how many numbers of a run a table has. */
function countOf(block: Table): number {
  if (block.kind === "matrix") return block.matrix.data.length;
  return block.kind === "measures" ? block.rows * block.measures.length : 0;
}

const writeNote = (text: string): string => `<p class="dim">${escapeMarkup(text)}</p>\n`;

const howToDraw = ({ key = "" }: Pick<MatrixTable, "key">): string =>
  `-o svg ${setting("only")} '${key}' draws it`;

/** Returns the step of one column at the edge of this matrix. */
const marginOf = ({ trace }: PageRun, { key, rowMargins }: MatrixTable): string | undefined =>
  rowMargins.length === 0
    ? undefined
    : trace.steps.find(({ view, of, shape }) => view === "margin" && of === key && shape.cols === 1)?.key;

/** Writes a matrix as an image while there is room. Otherwise it says how to see it. */
async function writeImage(
  block: Pick<MatrixTable, "matrix" | "blocked" | "key">,
  page: PageContext,
  caption: string,
): Promise<string> {
  const about = `${caption}: ${describeRange(block, page.precision)}`;
  const source = await imageOf(block);
  if (source.length > page.room.images) {
    const how = block.key === undefined ? "" : `; ${howToDraw(block)}`;
    return writeNote(`${about}, too large for this page${how}`);
  }
  page.room.images -= source.length;
  return `<figure><img src="${source}" alt="${escapeMarkup(about)}"><figcaption>${escapeMarkup(about)}</figcaption></figure>\n`;
}

async function writeGallery({ pictures }: Gallery, page: PageContext): Promise<string> {
  const parts: string[] = [];
  for (const { title, block } of pictures) {
    const caption = page.title === "" ? title : `${title}: ${page.title}`;
    parts.push(
      `<div>${block.kind === "matrix" ? await writeTable(block, page, caption) : await writeImage(block, page, title)}</div>`,
    );
  }
  return `<div class="beside">${parts.join("")}</div>\n`;
}

// Writes the blocks of a Document on a page.

/** The maximum number of characters of all images on a page. */
const MOST_IMAGE_CHARACTERS = 110_000;
/** The room on a page with pictures of large heads: only small tables. */
const BESIDE_HEADS = { cells: 600, images: 0 } as const;

/** How heads are drawn. `areLarge`: only pictures show their steps. `writtenOut`: the steps that are still written out. */
interface DrawnHeads {
  readonly areLarge: boolean;
  readonly writtenOut: ReadonlySet<string>;
}

/** Writes the blocks of the Document whose numbers are not on the page yet. */
export async function writeRest(
  { document, precision }: ShownRun,
  page: PageRun,
  heads: DrawnHeads | undefined,
): Promise<string> {
  const context: PageContext = { ...contextOf(page, precision, heads?.areLarge), namesScopes: true };
  const drawnScopes = new Set(
    page.trace.steps.flatMap(({ view, scope }) =>
      view === "distribution" && scope.length > 0 ? [scopeText(scope)] : [],
    ),
  );
  // What comes before the first heading is already above, and so is the command.
  const isNew = (section: readonly Block[]) => {
    const keys = keysIn(section);
    const isTold = keys.length > 0 && keys.every((key) => page.written.has(key));
    return !isTold && section.every(({ kind }) => kind !== "code");
  };
  const isNeeded = (key: string) => heads?.writtenOut.has(key) || findStep(page.trace, key) === undefined;
  const parts: string[] = [];
  let isCut = false;
  for (const section of sectionsOf(document).filter(isNew)) {
    const [first] = section;
    const isOfScope = first.kind === "heading" && first.level === 1;
    if (isOfScope) context.scope = first.title;
    if (isOfScope && section.length === 1) continue;
    if (heads && drawnScopes.has(context.scope) && (heads.areLarge || !keysIn(section).some(isNeeded))) {
      isCut = true;
      continue;
    }
    const markup = await writeBlocks(section, context);
    parts.push(heads ? markup : `<section>${markup}</section>\n`);
  }
  if (isCut && heads?.areLarge === false) {
    const more = `Only the scores, weights and output of each head fit here; ${setting("steps")} all shows every step.`;
    parts.unshift(`<p class="note">${escapeMarkup(more)}</p>\n`);
  }
  return parts.join("");
}

/** Splits blocks into sections, each beginning with a heading. */
function sectionsOf(blocks: readonly Block[]): readonly (readonly Block[])[] {
  const starts = upTo(blocks.length).filter((at) => blocks[at].kind === "heading");
  return starts.map((start, at) => blocks.slice(start, starts[at + 1]));
}

/** Returns the keys of the matrices in these blocks. */
const keysIn = (blocks: readonly Block[]): readonly string[] =>
  blocks.flatMap((block) => (block.kind === "matrix" ? (block.key ?? []) : []));

async function writeBlocks(blocks: readonly Block[], context: PageContext): Promise<string> {
  const parts: string[] = [];
  for (const block of blocks) parts.push(await writeBlock(block, context));
  return parts.join("");
}

/** Writes only what was asked for. */
export async function writeParts({ document, precision }: ShownRun, page: PageRun): Promise<WrittenRun> {
  const context = contextOf(page, precision);
  const [first] = document;
  const title = first?.kind === "paragraph" ? textOf(first.spans) : `qkv ${page.trace.command}`;
  const rest = first?.kind === "paragraph" ? document.slice(1) : document;
  return { title, body: `<h1>${escapeMarkup(title)}</h1>\n${await writeBlocks(rest, context)}` };
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
