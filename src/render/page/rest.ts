import { upTo } from "../../math/lists.js";
import { setting } from "../../setting-names.js";
import { scopeText } from "../../trace/scope.js";
import { findStep } from "../../trace/trace.js";
import { type Block, textOf } from "../document.js";
import { escapeMarkup } from "../drawing/svg.js";
import type { ShownRun } from "../formats/format.js";
import { type PageContext, writeBlock } from "./blocks.js";
import { MOST_CELLS } from "./figure.js";
import type { WrittenRun } from "./shell.js";
import type { PageRun } from "./table.js";

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
  for (const section of sectionsOf(document.blocks).filter(isNew)) {
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
  const [first] = document.blocks;
  const title = first?.kind === "paragraph" ? textOf(first.spans) : `qkv ${page.trace.command}`;
  const rest = first?.kind === "paragraph" ? document.blocks.slice(1) : document.blocks;
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
