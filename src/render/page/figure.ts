import { sumOver, tabulate } from "../../math/lists.js";
import { escapeMarkup } from "../drawing/svg.js";
import { capitalized } from "../sentences/names.js";
import { writeCrossed } from "./crossed.js";
import { type Figure, keysOf } from "./figures.js";
import { titleOfProducts, writeOthers, writeProducts } from "./products.js";
import { LEVELS } from "./ramp.js";
import type { PageRun } from "./table.js";

/** The hint at the first figure of a page. */
export const HINT = "Point at any number to see how it is computed.";
/** If all figures together have more cells, they are drawn as pictures. */
export const MOST_CELLS = 3000;

/** Returns how many numbers a figure contains. */
export const cellsIn = ({ cells }: PageRun, figure: Figure) =>
  sumOver(keysOf(figure), (key) => cells.matrix(key).data.length);

/** Writes a figure under the name of its scope. */
export function writeFigure(page: PageRun, figure: Figure, hint: string): string {
  const title = figure.scope === "" ? "" : `<h2>${escapeMarkup(capitalized(figure.scope))}</h2>\n`;
  if (figure.kind === "crossed") return `${title}${writeCrossed(page, figure, hint)}`;
  if (figure.kind === "products")
    return `<h2>${titleOfProducts(page, figure)}</h2>\n${writeProducts(page, figure, hint)}`;
  return `${title}${writeOthers(page, figure, hint)}`;
}

/** Writes the legend of weights and hues. Empty if a page has no weights. */
export function writeScale({ trace }: PageRun, hasWeights: boolean): string {
  if (!hasWeights) return "";
  const steps = tabulate(LEVELS / 2 + 1, (at) => `<li class="a${2 * at}"></li>`).join("");
  const isMasked = trace.steps.some(({ blocked }) => blocked !== undefined);
  const masked = isMasked ? '<span class="x" aria-hidden="true"></span><span>masked</span>' : "";
  return `<div class="scale"><span>weight 0</span><ol aria-hidden="true">${steps}</ol><span>1</span>${masked}<span class="key"><i class="q">from Q</i><i class="k">from K</i><i class="v">from V</i></span></div>\n`;
}
