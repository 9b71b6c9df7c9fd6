import { sumOver } from "../../math/lists.js";
import { type Expression, partsOf } from "../../trace/expression.js";
import { idOfKey } from "../../trace/scope.js";
import { explainStep, findStep, type Step } from "../../trace/trace.js";
import { escapeMarkup } from "../drawing/svg.js";
import { chainOf, type Place, placeText } from "./chain.js";
import { type Crossed, keysOf } from "./figures.js";
import { layoutClasses, roomFor } from "./layout.js";
import { type Markup, writeMath, writeSmallMath } from "./markup.js";
import { mathOf, row, sign, writtenNumber } from "./math.js";
import { formulaMath, symbolOfName } from "./symbols.js";
import { cellWidthOf, type PageRun, type PageTable, widthOf, writeMatrix } from "./table.js";

/** The arithmetic of a cell, which the page replaces by that of the cell that is pointed at. */
export function writePanel(
  { cells, first }: PageRun,
  keys: readonly string[],
  usual: Place,
  hint = "",
): string {
  const isAsked = first !== undefined && keys.includes(first[0]);
  const shown = isAsked ? first : usual;
  const { lines } = chainOf(cells, shown, 1);
  const about = hint === "" ? "" : `<p class="hint">${escapeMarkup(hint)}</p>`;
  return `<div class="say" aria-live="polite" data-of="${escapeMarkup(placeText(shown))}"${isAsked ? " data-first" : ""}>${about}<div class="lines">${lines.map(writeMath).join(" ")}</div><div class="do"><button type="button" class="deeper">One level deeper</button><button type="button" class="back" hidden>Back</button></div></div>`;
}

/** What stands below a matrix: its formula, and what it is in words. */
export function writeCaption(formula: Markup, title: string): string {
  return `<div class="cap"><span>${writeSmallMath(formula)}</span><small>${escapeMarkup(title)}</small></div>`;
}

/** What becomes of a number on its way to the next matrix: ÷ √d, e^x, ÷ Σ. It is the op's own explanation of a cell, with x for the number. */
function arrowOf({ trace, cells }: PageRun, step: Step): Markup {
  const { rows, cols } = step.shape;
  const at = step.blocked ? step.blocked.data.indexOf(0) : 0;
  if (step.role === "masked-scores") return ["mtext", undefined, "mask"];
  if (rows * cols === 0 || at < 0) return ["mtext", undefined, ""];
  const whole = explainStep(trace, step)(Math.floor(at / cols), at % cols);
  const math = (expression: Expression) =>
    mathOf(expression, {
      number: (value) => String(Number(value.toPrecision(6))),
      cell: ({ input }) => {
        const key = step.inputs[input];
        return input === 0
          ? { text: ["mi", undefined, "x"], tightness: 5 }
          : { text: cells.symbol(key), tightness: 5 };
      },
    }).text;
  const isFirst = (part: Expression | undefined) => part?.kind === "cell" && part.input === 0;
  const [first, ...rest] = partsOf(whole);
  if (isFirst(first) && rest.length === 1) {
    if (whole.kind === "quotient") return row(sign("÷"), math(rest[0]));
    if (whole.kind === "product") return row(sign("·"), math(rest[0]));
    if (whole.kind === "sum") return row(sign("+"), math(rest[0]));
  }
  return leaves(whole) > MOST_LEAVES ? writtenNumber("").text : math(whole);
}

/** More than this on an arrow says nothing. */
const MOST_LEAVES = 4;
const leaves = (expression: Expression): number => {
  const parts = partsOf(expression);
  return parts.length === 0 ? 1 : sumOver(parts, leaves);
};

const writeArrow = (markup: Markup): string =>
  `<div class="arrow" aria-hidden="true">${writeSmallMath(markup)}<i></i></div>`;

/** A part of the figure with the arrow that leads to it. */
function writeBlock(name: string, arrow: string, table: string, caption: string): string {
  return `<div class="blk ${name}">${arrow}<div>${table}${caption}</div></div>`;
}

const ARROW = 2.6;
const GAP = 1;

/** One attention: queries left, keys above, scores where they meet; then what becomes of them; then values above the output. */
export function writeCrossed(page: PageRun, figure: Crossed, hint: string): string {
  const { trace, cells } = page;
  const { left, above, isTurned, scores, band, weights, after, values, output } = figure;
  const numRows = cells.matrix(weights).rows;
  const stepOf = (key: string) => findStep(trace, key);
  const caption = (key: string) => {
    const step = stepOf(key);
    if (!step || step.op.name === "slice") return writeCaption(cells.symbol(key), nameInWords(key));
    const [, letter] = /^(\S{1,3}) = /.exec(step.formula) ?? [];
    const title = `${inWords(step.title)}${sumsOf(key) === undefined ? "" : " and their sums"}`;
    return writeCaption(letter ? formulaMath(step.formula) : cells.symbol(key), title);
  };
  const titleOf = (key: string) => stepOf(key)?.title ?? nameInWords(key);
  const table = (key: string, more: Partial<PageTable> = {}): PageTable => ({
    key,
    caption: titleOf(key),
    ...more,
  });
  const arrowTo = (key: string) => {
    const step = stepOf(key);
    return step ? writeArrow(arrowOf(page, step)) : "";
  };
  const sumsOf = (key: string) =>
    trace.steps.find(
      (step) =>
        step.view === "margin" &&
        step.of === key &&
        step.shape.cols === 1 &&
        trace.steps.some((other) => other.inputs.includes(step.key) && other.view !== "row-summary"),
    )?.key;
  const meet =
    above === undefined
      ? undefined
      : Math.max(cellWidthOf(page, { key: above, isTurned }), cellWidthOf(page, { key: scores }));
  const mix =
    values === undefined || output === undefined
      ? undefined
      : Math.max(cellWidthOf(page, { key: values }), cellWidthOf(page, { key: output }));
  const leftTable = left === undefined ? undefined : table(left);
  const scoresTable = table(scores, {
    ...(meet !== undefined && { cellWidth: meet, without: "names" as const }),
  });
  const bandTables = band.map((key) => {
    const sums = sumsOf(key);
    return table(key, sums === undefined ? {} : { sums });
  });
  const weightTables = [weights, ...after].map((key) => table(key));
  const aboveTable =
    above === undefined
      ? undefined
      : table(above, {
          isTurned,
          ...(meet !== undefined && { cellWidth: meet }),
        });
  const valueTable =
    values === undefined ? undefined : table(values, mix === undefined ? {} : { cellWidth: mix });
  const outputTable =
    output === undefined
      ? undefined
      : table(output, { ...(mix !== undefined && { cellWidth: mix }), without: "names" });
  const wide = (one: PageTable | undefined, isNameless = false) =>
    one ? widthOf(page, isNameless ? { ...one, without: "rows" } : one) : 0;
  const layout = layoutClasses({
    meet: wide(leftTable) + (leftTable ? GAP : 0) + wide(scoresTable, leftTable !== undefined),
    band: bandTables.map((one) => ARROW + wide(one, true)),
    bandNames: bandTables.length === 0 ? 0 : wide(bandTables[0]) - wide(bandTables[0], true),
    end: sumOver(weightTables.map((one) => ARROW + wide(one, true))) + GAP + wide(outputTable),
    endNames: wide(weightTables[0]) - wide(weightTables[0], true),
  });
  const first: Place = [weights, ...placeOfLargest(page, weights)];
  const top = (one: PageTable, symbol: Markup, title: string, name: string) =>
    `<div class="blk top ${name}"><div>${writeCaption(symbol, title)}${writeMatrix(page, one)}</div></div>`;
  const keySymbol: Markup =
    above === undefined
      ? ""
      : isTurned
        ? ["msup", undefined, hued(page, above), ["mi", undefined, "T"]]
        : hued(page, above);
  return `<div class="scroll" role="group" tabindex="0" aria-label="${escapeMarkup(`From queries and keys to the output${figure.scope === "" ? "" : `, ${figure.scope}`}`)}"><div class="fig r${Math.min(numRows, roomFor.rows)} ${layout}">
<div class="ga">${leftTable ? writeBlock("bq", "", writeMatrix(page, leftTable), caption(leftTable.key)) : ""}${aboveTable ? top(aboveTable, keySymbol, isTurned ? "keys, turned" : nameInWords(aboveTable.key), "bk") : ""}${writeBlock("bs", "", writeMatrix(page, scoresTable), caption(scores))}</div>
${writePanel(page, keysOf(figure), first, hint)}
<div class="gb">${bandTables.map((one) => writeBlock("", arrowTo(one.key), writeMatrix(page, one), caption(one.key))).join("\n")}</div>
<div class="gc">${valueTable ? top(valueTable, hued(page, valueTable.key), "values", "bv") : ""}${weightTables.map((one, at) => writeBlock(at === 0 ? "ba" : "bd", arrowTo(one.key), writeMatrix(page, one), caption(one.key))).join("")}${outputTable ? writeBlock("bo", "", writeMatrix(page, outputTable), caption(outputTable.key)) : ""}</div>
</div></div>\n`;
}

/** The letter of a matrix in its hue. */
export function hued({ cells }: PageRun, key: string): Markup {
  const hue = cells.hue(key);
  return hue === "" ? cells.symbol(key) : ["mrow", { class: hue }, cells.symbol(key)];
}

/** A title as it goes on in a line: "Q (projected query)" is a projected query, "Scaled scores" are scaled scores. */
export const inWords = (title: string): string => /^\S+ \((.*)\)$/.exec(title)?.[1] ?? title.toLowerCase();

/** What a matrix that was given is called. */
export function nameInWords(key: string): string {
  const id = idOfKey(key);
  return WORDS[id] ?? (id === symbolOfName(id) ? id : "");
}

const WORDS: Readonly<Record<string, string>> = {
  query: "queries",
  q: "queries",
  key: "keys",
  k: "keys",
  value: "values",
  v: "values",
  x: "tokens",
  memory: "memory",
};

/** The place of the largest weight of the row that says most: the first one in which no key is masked, or the last. */
function placeOfLargest({ cells, trace }: PageRun, key: string): readonly [number, number] {
  const { rows, cols, data } = cells.matrix(key);
  const blocked = findStep(trace, key)?.blocked;
  const row = blocked ? rows - 1 : 0;
  const line = data.subarray(row * cols, (row + 1) * cols);
  return [row, Math.max(0, line.indexOf(Math.max(...line)))];
}
