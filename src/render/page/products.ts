import { present, sumOver, tabulate } from "../../math/lists.js";
import { findStep } from "../../trace/trace.js";
import { escapeMarkup } from "../drawing/svg.js";
import { capitalized } from "../sentences/names.js";
import { hued, inWords, titleOfMatrix, writeCaption, writeCrossed, writePanel } from "./crossed.js";
import { type Figure, keysOf, type Others, type Products } from "./figures.js";
import { scrolled } from "./grid.js";
import { writeSmallMath } from "./markup.js";
import { LEVELS } from "./ramp.js";
import { formulaMath } from "./symbols.js";
import { measure, type PageRun, writeMatrix } from "./table.js";

/** Draws a matrix at the left, its factors above, and the products where they meet. */
function writeProducts(page: PageRun, figure: Products, hint: string) {
  const { left, columns } = figure;
  const { trace, cells } = page;
  const titleOf = (key: string) => titleOfMatrix(trace, key);
  const parts = columns.map(({ above, isTurned, added, result }, at) => {
    const others = present([result, added]).map((key) => ({ key }));
    const widths = [{ key: above, isTurned }, ...others].map((one) => measure(page, one).cellWidth);
    const cellWidth = Math.max(...widths);
    const addedRow =
      added === undefined
        ? ""
        : `<div class="add">${writeMatrix(page, { key: added, caption: titleOf(added), cellWidth, without: "columns" })}</div>`;
    const step = findStep(trace, result);
    const column = at + 2;
    return [
      `<div class="blk top c${column}"><div>${writeCaption(hued(page, above, isTurned), "")}${writeMatrix(page, { key: above, isTurned, cellWidth, parts: partsOf(page, above), caption: titleOf(above) })}${addedRow}</div></div>`,
      `<div class="blk low c${column}"><div>${writeMatrix(page, { key: result, cellWidth, without: "names", parts: partsOf(page, result), caption: titleOf(result) })}${writeCaption(formulaMath(step?.formula ?? ""), inWords(step?.title ?? ""))}</div></div>`,
    ].join("");
  });
  const rows = Math.min(cells.matrix(left).rows, 16);
  const markup = `<div class="prod r${rows}"><div class="blk left"><div>${writeMatrix(page, { key: left, parts: partsOf(page, left), caption: titleOf(left) })}${writeCaption(hued(page, left), inWords(titleOf(left)))}</div></div>${parts.join("")}
${writePanel(page, keysOf(figure), [columns[0].result, 0, 0], hint)}</div>`;
  return `${scrolled(`${titleOf(left)} and its products`, markup)}\n`;
}

/** Writes the title of products: "From X to Q, K and V". */
function titleOfProducts(page: PageRun, { left, columns }: Products) {
  const written = [...new Set(columns.map(({ result }) => result))].map((key) =>
    writeSmallMath(hued(page, key)),
  );
  const last = written.pop() ?? "";
  const list = written.length > 0 ? `${written.join(", ")} and ${last}` : last;
  return `From ${writeSmallMath(hued(page, left))} to ${list}`;
}

/** Returns the columns at which other heads begin. */
function partsOf({ trace, cells }: PageRun, key: string) {
  const { cols } = cells.matrix(key);
  const slices = trace.steps.filter(
    ({ op, inputs, shape }) => op.name === "slice" && inputs[0] === key && shape.cols < cols,
  );
  const joined = findStep(trace, key);
  const widths =
    joined?.op.name === "join-columns"
      ? joined.inputs.map((input) => cells.matrix(input).cols)
      : slices.map(({ shape }) => shape.cols);
  let at = 0;
  return widths.slice(0, -1).map((width) => {
    at += width;
    return at;
  });
}

/** Writes steps side by side, each with its formula. */
function writeOthers(page: PageRun, { keys }: Others, hint: string) {
  const { trace, cells } = page;
  const blocks = keys.flatMap((key) => {
    const step = findStep(trace, key);
    if (!step) return [];
    const formula = step.formula === "" ? cells.symbol(key) : formulaMath(step.formula);
    return [
      `<div class="blk"><div>${writeMatrix(page, { key, caption: step.title })}${writeCaption(formula, inWords(step.title))}</div></div>`,
    ];
  });
  const panel = writePanel(page, keys, [keys[0], 0, 0], hint);
  return `${scrolled("Steps", `<div class="flow">${blocks.join("\n")}${panel}</div>`)}\n`;
}

/** The hint at the first figure of a page. */
export const HINT = "Point at any number to see how it is computed.";
/** If all figures together have more cells, they are drawn as pictures. */
export const MOST_CELLS = 3000;

/** Returns how many numbers a figure contains. */
export const cellsIn = ({ cells }: PageRun, figure: Figure) =>
  sumOver(keysOf(figure), (key) => cells.matrix(key).data.length);

/** Writes a figure under the name of its scope. */
export function writeFigure(page: PageRun, figure: Figure, hint: string) {
  const title = figure.scope === "" ? "" : `<h2>${escapeMarkup(capitalized(figure.scope))}</h2>\n`;
  if (figure.kind === "crossed") return `${title}${writeCrossed(page, figure, hint)}`;
  if (figure.kind === "products")
    return `<h2>${titleOfProducts(page, figure)}</h2>\n${writeProducts(page, figure, hint)}`;
  return `${title}${writeOthers(page, figure, hint)}`;
}

/** Whether a mask hides weights. Other cells may be blank, too: the split of heads has as many columns as its widest. */
export const hasMaskedWeights = ({ steps }: PageRun["trace"]) =>
  steps.some(({ view, blocked }) => view === "distribution" && blocked !== undefined);

/** Writes the legend of weights and hues. Empty if a page has no weights. */
export function writeScale({ trace }: PageRun, hasWeights: boolean) {
  if (!hasWeights) return "";
  const steps = tabulate(LEVELS / 2 + 1, (at) => `<li class="a${2 * at}"></li>`).join("");
  const isMasked = hasMaskedWeights(trace);
  const masked = isMasked ? '<span class="x" aria-hidden="true"></span><span>masked</span>' : "";
  return `<div class="scale"><span>weight 0</span><ol aria-hidden="true">${steps}</ol><span>1</span>${masked}<span class="key"><i class="q">from Q</i><i class="k">from K</i><i class="v">from V</i></span></div>\n`;
}
