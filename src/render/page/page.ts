import { indexIn } from "../../trace/scope.js";
import { findStep, keptSteps, type Step, type Trace } from "../../trace/trace.js";
import { escapeMarkup } from "../drawing/svg.js";
import type { ShownRun } from "../formats/format.js";
import { arithmeticOf, type StepArithmetic } from "./arithmetic.js";
import { type PageContext, writeBlock, writeImage } from "./blocks.js";
import { SCRIPT } from "./script.js";
import { STYLE } from "./style.js";

// Together with styles and script a page stays below 300 KB.
const MOST_CELLS = 2500;
const MOST_IMAGE_CHARACTERS = 110_000;
const MOST_ARITHMETIC_CHARACTERS = 80_000;

/** A run as one page that needs nothing else: what came out, its heads, its steps, and the arithmetic of their cells. */
export async function* writePage({ document, trace, precision }: ShownRun): AsyncGenerator<string> {
  const page: PageContext = {
    precision,
    title: "",
    scope: "",
    hasTable: false,
    written: [],
    room: { cells: MOST_CELLS, images: MOST_IMAGE_CHARACTERS },
    isWorthDrawing: (key) => {
      const step = findStep(trace, key);
      return !step || step.scope.length === 0 || step.view === "distribution";
    },
    given: new Set(trace.inputs.map(({ name }) => name)),
  };
  const name = escapeMarkup(`qkv ${trace.command}`);
  yield `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src ${await hashOf(STYLE)}; script-src ${await hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'">
<title>${name}</title><style>${STYLE}</style></head><body><main>
<h1>${name}</h1>
`;
  yield await writeHeads(trace, page);
  for (const block of document.blocks) yield await writeBlock(block, page);
  const data = scriptData(arithmeticOfTables(trace, page));
  yield `</main><aside id="why" aria-live="polite" aria-label="The arithmetic of a cell" hidden></aside>
<script type="application/json" id="data">${data}</script><script>${SCRIPT}</script></body></html>
`;
}

/** The arithmetic of the tables that are written out, as far as there is room. */
function arithmeticOfTables(trace: Trace, { written, precision }: PageContext) {
  const data: Record<string, StepArithmetic> = {};
  let left = MOST_ARITHMETIC_CHARACTERS;
  for (const key of new Set(written)) {
    const arithmetic = left > 0 ? arithmeticOf(trace, key, precision) : undefined;
    const length = arithmetic ? JSON.stringify(arithmetic).length : 0;
    if (!arithmetic || length > left) continue;
    data[key] = arithmetic;
    left -= length;
  }
  return data;
}

/** JSON between the tags of a script: nothing in it ends the script. */
const scriptData = (value: unknown) => JSON.stringify(value).replaceAll("<", "\\u003c");

/** What a browser compares a style or script with that is allowed on the page. */
async function hashOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(hash)))}'`;
}

/** The weights of all heads of all layers, a row a layer and a column a head. */
async function writeHeads(trace: Trace, page: PageContext): Promise<string> {
  const heads = keptSteps(trace).filter(
    (step) => step.view === "distribution" && indexIn(step.scope, "head") !== undefined,
  );
  const layers = new Map<number, Step[]>();
  for (const step of heads) {
    const layer = indexIn(step.scope, "layer") ?? 0;
    layers.set(layer, [...(layers.get(layer) ?? []), step]);
  }
  if (layers.size < 2) return "";
  const rows: string[] = [];
  for (const [layer, steps] of layers) {
    const cells: string[] = [];
    for (const step of steps) {
      const block = { matrix: step.output(), ...(step.blocked && { blocked: step.blocked }), key: step.key };
      cells.push(`<td>${await writeImage(block, page, step.key)}</td>`);
    }
    rows.push(`<tr><th scope=row>layer ${layer}</th>${cells.join("")}</tr>`);
  }
  const most = Math.max(...Array.from(layers.values(), (steps) => steps.length));
  const columns = Array.from({ length: most }, (_, head) => `<th scope=col>head ${head}</th>`).join("");
  return `<h2>Layers and heads</h2><div class="scroll grid" tabindex=0 role=group aria-label="Layers and heads"><table><caption>Weights: a row a layer, a column a head</caption><thead><tr><td></td>${columns}</tr></thead><tbody>${rows.join("")}</tbody></table></div>\n`;
}
