import { setting } from "../../errors.js";
import { startsLikeNumber } from "../cell.js";
import { checkStatedShapes, statedShape } from "../stated-shape.js";
import type { Form, FormOptions } from "./form.js";
import { describeLayout, findLayout, NO_LAYOUT } from "./layout.js";
import {
  isBlank,
  type Line,
  type LineCell,
  linesOf,
  pieceOf,
  refuseCell,
  spacedCells,
  splitCells,
  tableOf,
} from "./lines.js";
import { parseTable, RAGGED_HINT, refuseEmpty } from "./table.js";

const BARS = "|│┃║┆┊╎¦";
const BRACKETS = "⎡⎢⎣⎤⎥⎦⎛⎜⎝⎞⎟⎠";
const BAR = new RegExp(`[${BARS}]`);
const BRACKET = new RegExp(`[${BRACKETS}]`);
const DRAWING = new RegExp(`^\\s*[${BARS}${BRACKETS}┌└╔╚╭╰┏┗├╠╞┣]`);
/** A line between rows, and the characters that occur only in such lines. */
const RULE = /^[\s|│┃║┆┊╎¦+:=─━═╌┄┈┼┬┴├┤╞╪╡┌┐└┘╔╗╚╝╠╣╦╩╬╭╮╰╯┏┓┗┛┣┫┳┻╋┠┨┯┷╂╟╢╤╧╫-]+$/;
const OF_RULES = /[─━═┌┐└┘├┤┬┴┼]/;

/**
 * A table with bars between its cells (Markdown, psql, box-drawn), or a matrix in brackets drawn over several lines.
 */
export const drawn: Form = {
  looksLike: (_, __, head) =>
    (head.includes("|") || head.startsWith("+") || head.startsWith("shape") || head.charCodeAt(0) > 127) &&
    /^[|│┃║┌╔╭┏└╚╰┗├╠╞┣⎡⎛⎢⎜⎣⎝]|^\+[-=]|^shape: \(\d+, \d+\)|^[^\r\n]*\|[^\r\n]*(?:\r\n?|\n)[ \t]*[:|+-]*-[ :|+-]*[|+][ :|+-]*(?:[\r\n]|$)/.test(
      head,
    ),
  parse(source, options) {
    const lines = linesOf(source).filter((line) => !isBlank(line));
    if (lines.length === 0) refuseEmpty(source, options.subject);
    const isBracket = BRACKET.test(lines[0].text);
    const { rows, layout, form } = isBracket
      ? { rows: bracketRows(lines, options), layout: NO_LAYOUT, form: "drawn matrix" }
      : barRows(lines, options);
    const { headerRows, indexCols } = layout;
    const body = rows.slice(headerRows).map((row) => row.slice(indexCols));
    if (body.length === 0) refuseEmpty(source, options.subject);
    checkCorners(lines, options);
    const around = lines.filter(({ text }) => !BAR.test(text));
    checkStatedShapes(source, around, { rows: body.length, cols: body[0].length + indexCols });
    return parseTable(tableOf(source, body), options, { form, ...describeLayout(layout) });
  },
};

/** Pairs of corners: one that opens a box or bracket, and the one below that closes it. */
const CORNERS = ["┌└", "╔╚", "╭╰", "┏┗", "⎡⎣", "⎛⎝"];

/** Throws SYNTAX if the drawing around the cells is incomplete, because rows were then lost. */
function checkCorners(lines: readonly Line[], options: FormOptions): void {
  const isDrawing = ({ text }: Line) => DRAWING.test(text);
  const [first, last] = [lines.find(isDrawing), lines.findLast(isDrawing)];
  const has = (sign: string, { text }: Line) => text.includes(sign);
  const corners = CORNERS.find((pair) => lines.some((line) => has(pair[0], line) || has(pair[1], line)));
  if (!corners || !first || !last) return;
  const [opening, closing] = corners;
  const opens = has(opening, first);
  if (opens && has(closing, last)) return;
  const [missing, side, line] = opens ? [closing, "below", last] : [opening, "above", first];
  const what = `there is no ${missing}, so rows may be missing ${side} this line`;
  refuseCell(pieceOf(line), options, what, "Paste the whole matrix, with every number in its row.");
}

/**
 * Returns the rows between bars, starting with the column names. If there are several rows of names, the last one is
 * used.
 */
function barRows(lines: readonly Line[], options: FormOptions) {
  const all: LineCell[][] = [];
  const rules: { readonly above: number; readonly isDouble: boolean }[] = [];
  for (const line of lines) {
    const { text } = line;
    if (RULE.test(text) && /[-=─━═╌┄┈]/.test(text) && text.trim().length > 1)
      rules.push({ above: all.length, isDouble: /[═=╪]/.test(text) && !/[╔╚┌└]/.test(text) });
    else if (BAR.test(text) && !OF_RULES.test(text)) all.push(cellsBetween(line));
    else if (!statedShape(text))
      refuseCell(pieceOf(line), options, "this line is not a row of the table", "Give only the table.");
  }
  const inner = rules.filter(({ above }) => above > 0 && above < all.length);
  // If there is a line below every row, the first row need not be names; above a double line, it is.
  const { above } = inner.find(({ isDouble }) => isDouble) ?? (inner.length === 1 ? inner[0] : { above: 0 });
  const isMarkdown = lines.every(({ text }) => text.includes("|") && !text.includes("+-"));
  const first = Math.max(0, above - 1);
  const further = all.slice(0, first);
  const odd = further.find((row) => row.some(isNumeric)) ?? (isMarkdown ? further[0] : undefined);
  const hint = `Add ${setting("header")} no if every row is data.`;
  if (odd) refuseCell(odd[0], options, "this row is above the names of the columns", hint);
  const rows = all.slice(first);
  // The bars fix the number of cells, so a row of another length is an error, not an index without a name.
  const ragged = rows.find((row) => row.length !== rows[0].length);
  if (ragged) {
    const cell = ragged[Math.min(ragged.length, rows[0].length + 1) - 1];
    const what = `this row of the table has ${ragged.length} cells, the first has ${rows[0].length}`;
    refuseCell(cell, options, what, RAGGED_HINT, "RAGGED_ROWS");
  }
  // A Markdown table that starts with the line below its names has lost them, so no row is a header.
  const isNameless = isMarkdown && rules[0]?.above === 0;
  const cells = rows.map((row) => row.map(({ text }) => text));
  return {
    rows,
    layout: findLayout(cells, isNameless ? false : headerAbove(rows[0], above, options)),
    form: above > 0 && isMarkdown ? "Markdown table" : "drawn table",
  };
}

const isNumeric = ({ text }: LineCell) => startsLikeNumber(text);

/** Returns the cells between the bars of a line, without Markdown's emphasis. */
function cellsBetween(line: Line): LineCell[] {
  const cells = splitCells(line, new RegExp(BAR, "g"));
  if (cells[0].text === "" && BAR.test(line.text.trimStart()[0])) cells.shift();
  if (cells.length > 1 && BAR.test(line.text.trimEnd().at(-1) ?? "")) cells.pop();
  return cells.map((cell) => {
    const inner = /^(\*{1,3}|`{1,3}|_{1,2}|~~)(.+)\1$/.exec(cell.text);
    return inner ? { ...cell, text: inner[2].trim(), at: cell.at + inner[1].length } : cell;
  });
}

/**
 * Whether the row above the line has column names. Returns the option --header if it is given, and undefined if there
 * is no line (the names are then looked for later). Markdown requires such a row, so numbers in it may be data. Throws
 * AMBIGUOUS for these.
 */
function headerAbove(names: readonly LineCell[], above: number, options: FormOptions): boolean | undefined {
  if (options.header !== undefined || above === 0) return options.header;
  const number = names.find((cell) => cell.text !== "" && isNumeric(cell));
  // Numbers may be column names if there is an index column and only one row of names.
  if (!number || (names[0].text === "" && above === 1)) return true;
  const texts = names.map(({ text }) => text).join(" ");
  const what = `the row above the line, ${texts}, may be names of columns or numbers`;
  const hint = `Add ${setting("header")} yes to drop it, ${setting("header")} no if it is data.`;
  return refuseCell(number, options, what, hint, "AMBIGUOUS");
}

/** Returns the rows of a matrix in drawn brackets. Lines without cells between its rows are left out. */
function bracketRows(lines: readonly Line[], options: FormOptions): LineCell[][] {
  const rows = lines.map((line) => {
    const { text } = line;
    const [first, last] = Array.from(text.matchAll(new RegExp(BRACKET, "g")), ({ index }) => index);
    if (last === undefined || text.slice(0, first).trim() !== "" || text.slice(last + 1).trim() !== "")
      refuseCell(pieceOf(line), options, "this line is not a row of the matrix", "Give it alone.");
    if (/[─―]/.test(text)) {
      const hint = "Print it with one line per row, as print(M) or str(M) does.";
      refuseCell(pieceOf(line, first), options, "fractions over several lines are not read", hint);
    }
    return spacedCells(line, first + 1, last);
  });
  return rows.filter((row) => row.length > 0);
}
