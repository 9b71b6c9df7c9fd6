import { setting } from "../../setting-names.js";
import { startsLikeNumber } from "../cell.js";
import { plainSource } from "../decode.js";
import { checkSaidShape, type SaidShape } from "../said-shape.js";
import type { Form, FormOptions } from "./form.js";
import { describeLayout, findLayout, NO_LAYOUT } from "./layout.js";
import {
  isBlank,
  type Line,
  type LineCell,
  linesOf,
  offsetIn,
  refuseCell,
  refuseLine,
  splitCells,
  tableOf,
} from "./lines.js";
import { parseTable, RAGGED_HINT, refuseEmpty } from "./table.js";

const BARS = "|│┃║┆┊╎¦";
const BRACKETS = "⎡⎢⎣⎤⎥⎦⎛⎜⎝⎞⎟⎠";
const RULE = /^[\s|│┃║┆┊╎¦+:=─━═╌┄┈┼┬┴├┤╞╪╡┌┐└┘╔╗╚╝╠╣╦╩╬╭╮╰╯┏┓┗┛┣┫┳┻╋┠┨┯┷╂╟╢╤╧╫-]+$/;

/** What belongs to a line between rows. */
const DRAWN = /[─━═┌┐└┘├┤┬┴┼]/;

/** A table whose cells stand between bars: Markdown, psql, box-drawn; or a matrix in brackets drawn over several lines. */
export const drawn: Form = {
  name: "drawn table",
  looksLike: (_, __, head) =>
    (head.includes("|") || head.startsWith("+") || head.startsWith("shape") || head.charCodeAt(0) > 127) &&
    /^[|│┃║┌╔╭┏└╚╰┗├╠╞┣⎡⎛⎢⎜⎣⎝]|^\+[-=]|^shape: \(\d+, \d+\)|^[^\r\n]*\|[^\r\n]*(?:\r\n?|\n)[ \t]*[:|+-]*-[ :|+-]*[|+][ :|+-]*(?:[\r\n]|$)/.test(
      head,
    ),
  parse(given, options) {
    const source = plainSource(given);
    const lines = linesOf(source).filter((line) => !isBlank(line));
    const isBracket = new RegExp(`[${BRACKETS}]`).test(lines[0].text);
    const { rows, above } = isBracket
      ? { rows: bracketRows(lines, options), above: 0 }
      : barRows(lines, options);
    const header = isBracket || isWithoutNames(lines) ? false : headerAbove(rows, above, options);
    const further = rows.slice(0, Math.max(0, above - 1));
    const odd = further.find(holdsNumber) ?? (isMarkdown(lines) ? further[0] : undefined);
    if (odd) refuseRowsAbove(odd, options);
    const kept = rows.slice(Math.max(0, above - 1));
    refuseRagged(kept, options);
    const cells = kept.map((row) => row.map((cell) => cell.text));
    const layout = isBracket ? NO_LAYOUT : findLayout(cells, header);
    const { headerRows, indexCols } = layout;
    const body = kept.slice(headerRows).map((row) => row.slice(indexCols));
    if (body.length === 0) refuseEmpty(source, options.subject);
    refuseOpenBox(lines, options);
    checkLines(lines, { rows: body.length, cols: body[0].length + indexCols });
    const form = above > 0 && isMarkdown(lines) ? "Markdown table" : "drawn table";
    return parseTable(tableOf(source, body), options, {
      form: isBracket ? "drawn matrix" : form,
      ...describeLayout(layout),
    });
  },
};

/** Each corner that opens a box or a bracket, and the one that closes it below. */
const CORNERS = ["┌└", "╔╚", "╭╰", "┏┗", "⎡⎣", "⎛⎝"];

/** Throws SYNTAX where what is drawn around the cells does not end: rows were lost. */
function refuseOpenBox(lines: readonly Line[], { subject }: FormOptions): void {
  const [first, last] = [lines.find(isDrawing), lines.findLast(isDrawing)];
  const corners = CORNERS.find((pair) =>
    lines.some(({ text }) => text.includes(pair[0]) || text.includes(pair[1])),
  );
  if (!corners || !first || !last) return;
  const [opening, closing] = corners;
  const missing = first.text.includes(opening)
    ? last.text.includes(closing)
      ? undefined
      : closing
    : opening;
  if (missing === undefined) return;
  const line = missing === opening ? first : last;
  const message = `${subject}: there is no ${missing}, so that rows may be missing ${missing === opening ? "above" : "below"} this line.`;
  const hint = "Paste all of it, every number written out in its row.";
  refuseLine(line, "SYNTAX", message, hint);
}

const isDrawing = ({ text }: Line) => new RegExp(`^\\s*[${BARS}${BRACKETS}┌└╔╚╭╰┏┗├╠╞┣]`).test(text);

const holdsNumber = (row: readonly LineCell[]) => row.some((cell) => startsLikeNumber(cell.text));

/** Of several rows of names only the last says what a column holds, but numbers among them are none; Markdown has one such row. */
function refuseRowsAbove(row: readonly LineCell[], { subject }: FormOptions): void {
  const message = `${subject}: this row stands above the names of the columns.`;
  refuseCell(row[0], "SYNTAX", message, `Say ${setting("header")} no if every row is data.`);
}

/** What polars says above a table, and psql below it: how large it is. */
function checkLines(lines: readonly Line[], found: Required<SaidShape>): void {
  for (const line of lines) {
    const [, rows, cols] = /^\s*(?:shape: )?\((\d+)(?:, (\d+)| rows?)\)\s*$/.exec(line.text) ?? [];
    if (rows === undefined) continue;
    const said = { rows: Number(rows), ...(cols !== undefined && { cols: Number(cols) }) };
    checkSaidShape(line.source, offsetIn(line, 0), said, found);
  }
}

function isMarkdown(lines: readonly Line[]): boolean {
  return lines.every(({ text }) => text.includes("|")) && !lines.some(({ text }) => text.includes("+-"));
}

/** True where a table of Markdown starts with the line below its names: they were lost, and no row stands for them. */
const isWithoutNames = (lines: readonly Line[]) =>
  /^[ \t]*\|[|:\s]*-[-|:\s]*$/.test(lines[0].text) && isMarkdown(lines);

interface DrawnRows {
  readonly rows: readonly LineCell[][];
  /** How many rows stand above the line that is drawn below the names of the columns; 0 when there is none. */
  readonly above: number;
}

function barRows(lines: readonly Line[], options: FormOptions): DrawnRows {
  const rows: LineCell[][] = [];
  const rules: { readonly above: number; readonly double: boolean }[] = [];
  for (const line of lines) {
    if (RULE.test(line.text) && /[-=─━═╌┄┈]/.test(line.text) && line.text.trim().length > 1) {
      rules.push({ above: rows.length, double: /[═=╪]/.test(line.text) && !/[╔╚┌└]/.test(line.text) });
    } else if (new RegExp(`[${BARS}]`).test(line.text) && !DRAWN.test(line.text))
      rows.push(cellsBetween(line));
    else if (!/^\s*(?:shape: \(\d+, \d+\)|\(\d+ rows?\))\s*$/.test(line.text)) {
      const message = `${options.subject}: this line is no row of the table.`;
      refuseLine(line, "SYNTAX", message, "Give the table alone.");
    }
  }
  const inner = rules.filter(({ above }) => above > 0 && above < rows.length);
  // A line below every row says nothing of the first; a double line does.
  const rule = inner.find(({ double }) => double) ?? (inner.length === 1 ? inner[0] : undefined);
  return { rows, above: rule?.above ?? 0 };
}

/** The cells between the bars of a line, without the emphasis of Markdown. */
function cellsBetween(line: Line): LineCell[] {
  const bar = new RegExp(`[${BARS}]`, "g");
  const cells = splitCells(line, bar);
  if (cells[0].text === "" && new RegExp(`^\\s*[${BARS}]`).test(line.text)) cells.shift();
  if (cells.length > 1 && new RegExp(`[${BARS}]\\s*$`).test(line.text)) cells.pop();
  return cells.map(withoutEmphasis);
}

function withoutEmphasis(cell: LineCell): LineCell {
  const inner = /^(\*{1,3}|`{1,3}|_{1,2}|~~)(.+)\1$/.exec(cell.text);
  return inner ? { ...cell, text: inner[2].trim(), at: cell.at + inner[1].length } : cell;
}

/**
 * Whether the row above the drawn line holds names; found out later when no line is drawn. Markdown has no table without
 * such a row, so that numbers in it may be data. Throws AMBIGUOUS for those.
 */
function headerAbove(rows: readonly LineCell[][], above: number, options: FormOptions): boolean | undefined {
  if (options.header !== undefined || above === 0) return options.header;
  const names = rows[above - 1];
  const texts = names.map((cell) => cell.text);
  const number = names.find((cell) => cell.text !== "" && startsLikeNumber(cell.text));
  // Numbers may be names beside an index, in the one row of names.
  if (!number || (texts[0] === "" && above === 1)) return true;
  const message = `${options.subject}: the row above the line, ${texts.join(" ")}, may be names of columns or numbers.`;
  const hint = `Say ${setting("header")} yes if it is to be dropped, ${setting("header")} no if it is data.`;
  return refuseCell(number, "AMBIGUOUS", message, hint);
}

/** The rows of a matrix in drawn brackets; lines without cells stand between its rows. */
function bracketRows(lines: readonly Line[], options: FormOptions): LineCell[][] {
  const side = new RegExp(`[${BRACKETS}]`, "g");
  const rows = lines.map((line) => {
    const [first, last] = [...line.text.matchAll(side)].map((match) => match.index);
    if (
      first === undefined ||
      last === undefined ||
      /\S/.test(line.text.slice(0, first) + line.text.slice(last + 1))
    ) {
      const message = `${options.subject}: this line is no row of the matrix.`;
      refuseLine(line, "SYNTAX", message, "Give it alone.");
    }
    if (/[─―]/.test(line.text)) {
      const hint = "Print it on one line a row, such as print(M) or str(M) gives it.";
      const message = `${options.subject}: fractions over several lines are not read.`;
      refuseLine(line, "SYNTAX", message, hint, first);
    }
    return splitCells(line, /\s{2,}/g, first + 1, last).filter((cell) => cell.text !== "");
  });
  return rows.filter((row) => row.length > 0);
}

/** Here the bars say how many cells a row has, so that one of another length is never an index without a name. */
function refuseRagged(rows: readonly LineCell[][], { subject }: FormOptions): void {
  const odd = rows.findIndex((row) => row.length !== rows[0].length);
  if (odd < 0) return;
  const last = rows[odd][Math.min(rows[odd].length, rows[0].length + 1) - 1];
  const message = `${subject}: this row of the table has ${rows[odd].length} cells, the first has ${rows[0].length}.`;
  refuseCell(last, "RAGGED_ROWS", message, RAGGED_HINT);
}
