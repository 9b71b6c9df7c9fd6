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

// The blocks of a Document as a page has them.

/** Images of a page have so many characters together. */
const MOST_IMAGE_CHARACTERS = 110_000;
/** What there is room for where large heads are drawn: small tables alone. */
const BESIDE_HEADS = { cells: 600, images: 0 } as const;

/** Heads that are drawn as pictures: whether they are large, so that only pictures tell their steps, and which steps are written out else. */
interface DrawnHeads {
  readonly areLarge: boolean;
  readonly told: ReadonlySet<string>;
}

/** The blocks of the Document whose numbers do not stand on the page yet. */
export async function writeRest(
  { document, precision }: ShownRun,
  page: PageRun,
  heads: DrawnHeads | undefined,
): Promise<string> {
  const context: PageContext = { ...contextOf(page, precision, heads?.areLarge), namesScopes: true };
  const groups: Block[][] = [];
  for (const block of document.blocks) {
    if (block.kind === "heading" || groups.length === 0) groups.push([block]);
    else groups[groups.length - 1].push(block);
  }
  const parts: string[] = [];
  let isCut = false;
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
    const isOfHead = heads !== undefined && drawnScopes.has(context.scope);
    const isNeeded = keys.some((key) => heads?.told.has(key) || findStep(page.trace, key) === undefined);
    if (isOfHead && (heads.areLarge || !isNeeded)) {
      isCut = true;
      continue;
    }
    const blocks: string[] = [];
    for (const block of group) blocks.push(await writeBlock(block, context));
    parts.push(heads ? blocks.join("") : `<section>${blocks.join("")}</section>\n`);
  }
  if (isCut && heads?.areLarge === false) {
    const more = `Of each only its scores, weights and output have room here; ${setting("steps")} all shows every step.`;
    parts.unshift(`<p class="note">${escapeMarkup(more)}</p>\n`);
  }
  return parts.join("");
}

/** Only what was asked for. */
export async function writeParts({ document, precision }: ShownRun, page: PageRun): Promise<WrittenRun> {
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
