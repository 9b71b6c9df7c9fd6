import { sumOver } from "../../math/lists.js";
import { type Expression, partsOf } from "../../trace/expression.js";
import { explainStep, findStep, idOfKey, type Step, type Trace } from "../../trace/trace.js";
import { escapeMarkup } from "../drawing/svg.js";
import { PRECEDENCE } from "../notation.js";
import { BUTTONS, chainOf, type Place, placeText } from "./chain.js";
import { type Crossed, keysOf } from "./figures.js";
import { scrolled } from "./grid.js";
import { layoutClasses, roomFor } from "./layout.js";
import { type Markup, writeMath, writeSmallMath } from "./markup.js";
import { mathOf, row, sign, writtenNumber } from "./math.js";
import { formulaMath, symbolOfName } from "./symbols.js";
import { measure, type PageRun, type PageTable, widthOf, writeMatrix } from "./table.js";

/** Writes a panel with the arithmetic of a cell. The page replaces it with that of the cell under the pointer. */
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
  return `<div class="say" aria-live="polite" data-of="${escapeMarkup(placeText(shown))}"${isAsked ? " data-first" : ""}>${about}<div class="lines">${lines.map(writeMath).join(" ")}</div>${BUTTONS}</div>`;
}

/** Writes what is below a matrix: its formula, and its name in words. */
export function writeCaption(formula: Markup, title: string): string {
  return `<div class="cap"><span>${writeSmallMath(formula)}</span><small>${escapeMarkup(title)}</small></div>`;
}

/**
 * Returns what happens to a number on its way to the next matrix: ÷ √d, e^x, ÷ Σ. It is the op's own explanation of a
 * cell, with x for the number.
 */
function arrowOf({ trace, cells }: PageRun, step: Step): Markup {
  const { rows, cols } = step.shape;
  const at = step.blocked ? step.blocked.data.indexOf(0) : 0;
  if (step.role === "masked-scores") return ["mtext", undefined, "mask"];
  if (rows * cols === 0 || at < 0) return ["mtext", undefined, ""];
  const whole = explainStep(trace, step)(Math.floor(at / cols), at % cols);
  const math = (expression: Expression) =>
    mathOf(expression, {
      number: (value) => String(Number(value.toPrecision(6))),
      cell: ({ input }) => ({
        text: input === 0 ? ["mi", undefined, "x"] : cells.symbol(step.inputs[input]),
        precedence: PRECEDENCE.atom,
      }),
    }).text;
  const [first, second, third] = partsOf(whole);
  const between = SIGNS[whole.kind];
  const isOfTwo = first?.kind === "cell" && first.input === 0 && second && !third;
  if (isOfTwo && between) return row(sign(between), math(second));
  return leaves(whole) > MOST_LEAVES ? writtenNumber("").text : math(whole);
}

const SIGNS: Readonly<Record<string, string>> = { quotient: "÷", product: "·", sum: "+" };

/** An arrow with more leaves would be unreadable. */
const MOST_LEAVES = 4;
const leaves = (expression: Expression): number => sumOver(partsOf(expression), leaves) || 1;

const writeArrow = (markup: Markup): string =>
  `<div class="arrow" aria-hidden="true">${writeSmallMath(markup)}<i></i></div>`;

/** Gives two tables, one above the other, the same column width. Only the upper one has column names. */
function stacked(page: PageRun, above: PageTable, below: PageTable): readonly [PageTable, PageTable] {
  const cellWidth = Math.max(...[above, below].map((one) => measure(page, one).cellWidth));
  return [
    { ...above, cellWidth },
    { ...below, cellWidth, without: "names" },
  ];
}

const ARROW = 2.6;
const GAP = 1;

/**
 * Writes one attention: queries left, keys above, scores where they meet; then the steps to the weights; then values
 * above the output.
 */
export function writeCrossed(page: PageRun, figure: Crossed, hint: string): string {
  const { trace, cells } = page;
  const { left, above, isTurned, scores, band, weights, after, values, output } = figure;
  const numRows = cells.matrix(weights).rows;
  const table = (key: string): PageTable => {
    const sums = band.includes(key) ? sumsOf(page, key) : undefined;
    return { key, caption: titleOfMatrix(trace, key), sums };
  };
  const leftTable = left === undefined ? undefined : table(left);
  const [keyTable, scoresTable] =
    above === undefined
      ? [undefined, table(scores)]
      : stacked(page, { ...table(above), isTurned }, table(scores));
  const bandTables = band.map(table);
  const weightTables = [weights, ...after].map(table);
  const [valueTable, outputTable] =
    values === undefined || output === undefined ? [] : stacked(page, table(values), table(output));
  const wide = (one: PageTable | undefined) => (one ? widthOf(page, one) : 0);
  const withoutNames = (one: PageTable) => widthOf(page, { ...one, without: "rows" });
  const namesOf = (one: PageTable | undefined) => (one ? wide(one) - withoutNames(one) : 0);
  const layout = layoutClasses({
    meet: leftTable ? wide(leftTable) + GAP + withoutNames(scoresTable) : wide(scoresTable),
    band: bandTables.map((one) => ARROW + withoutNames(one)),
    bandNames: namesOf(bandTables[0]),
    end: sumOver(weightTables, (one) => ARROW + withoutNames(one)) + GAP + wide(outputTable),
    endNames: namesOf(weightTables[0]),
  });
  const first: Place = [weights, ...placeOfLargest(page, weights)];
  const top = (name: string, title: string, one: PageTable | undefined) =>
    one
      ? `<div class="blk top ${name}"><div>${writeCaption(hued(page, one.key, one.isTurned), title)}${writeMatrix(page, one)}</div></div>`
      : "";
  const block = (name: string, one: PageTable | undefined, arrow = "") =>
    one
      ? `<div class="blk ${name}">${arrow}<div>${writeMatrix(page, one)}${captionOf(page, one.key)}</div></div>`
      : "";
  const led = (name: string, one: PageTable) => {
    const step = findStep(trace, one.key);
    return block(name, one, step && writeArrow(arrowOf(page, step)));
  };
  const name = `From queries and keys to the output${figure.scope === "" ? "" : `, ${figure.scope}`}`;
  const markup = `<div class="fig r${Math.min(numRows, roomFor.rows)} ${layout}">
<div class="ga">${block("bq", leftTable)}${top("bk", isTurned ? "keys, turned" : nameInWords(above ?? ""), keyTable)}${block("bs", scoresTable)}</div>
${writePanel(page, keysOf(figure), first, hint)}
<div class="gb">${bandTables.map((one) => led("", one)).join("\n")}</div>
<div class="gc">${top("bv", "values", valueTable)}${weightTables.map((one, at) => led(at === 0 ? "ba" : "bd", one)).join("")}${block("bo", outputTable)}</div>
</div>`;
  return `${scrolled(name, markup)}\n`;
}

/** Returns the step that sums the rows of another, if a later step uses the sums. */
const sumsOf = ({ trace: { steps } }: PageRun, key: string): string | undefined =>
  steps.find(
    (step) =>
      step.view === "margin" &&
      step.of === key &&
      step.shape.cols === 1 &&
      steps.some(({ inputs, view }) => inputs.includes(step.key) && view !== "row-summary"),
  )?.key;

function captionOf(page: PageRun, key: string): string {
  const { trace, cells } = page;
  const step = findStep(trace, key);
  if (!step || step.op.name === "slice") return writeCaption(cells.symbol(key), nameInWords(key));
  const isNamed = /^\S{1,3} = /.test(step.formula);
  const title = `${inWords(step.title)}${sumsOf(page, key) === undefined ? "" : " and their sums"}`;
  return writeCaption(isNamed ? formulaMath(step.formula) : cells.symbol(key), title);
}

/** Returns the letter of a matrix in its hue, with ᵀ if the matrix is drawn transposed. */
export function hued({ cells }: PageRun, key: string, isTurned = false): Markup {
  const hue = cells.hue(key);
  const letter = hue === "" ? cells.symbol(key) : (["mrow", { class: hue }, cells.symbol(key)] as const);
  return isTurned ? ["msup", undefined, letter, ["mi", undefined, "T"]] : letter;
}

/**
 * Writes a title inside a sentence: "Q (projected query)" becomes "projected query", "Scaled scores" becomes "scaled
 * scores".
 */
export const inWords = (title: string): string => /^\S+ \((.*)\)$/.exec(title)?.[1] ?? title.toLowerCase();

/** Returns the title of a step, or the name of a given matrix. */
export const titleOfMatrix = (trace: Trace, key: string): string =>
  findStep(trace, key)?.title ?? nameInWords(key);

/** Returns the name of a given matrix in words. */
function nameInWords(key: string): string {
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

/**
 * Returns the place of the largest weight in the most interesting row: the last row if cells are masked, otherwise the
 * first.
 */
function placeOfLargest({ cells, trace }: PageRun, key: string): readonly [number, number] {
  const { rows, cols, data } = cells.matrix(key);
  const blocked = findStep(trace, key)?.blocked;
  const row = blocked ? rows - 1 : 0;
  const line = data.subarray(row * cols, (row + 1) * cols);
  return [row, Math.max(0, line.indexOf(Math.max(...line)))];
}
