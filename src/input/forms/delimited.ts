import { QUOTE } from "../bytes.js";
import { isSign, shorten, startsLikeNumber } from "../cell.js";
import { cellProblem } from "../cell-problem.js";
import { plainSource } from "../decode.js";
import { refuseAt, type Source, textOf } from "../source.js";
import { withoutNotes } from "./comments.js";
import {
  alternatesCommas,
  hasDecimalCommas,
  mixesCommasAndSpaces,
  refuseGroups,
  refuseMixedCommas,
} from "./decimal-comma.js";
import { describeRows } from "./described-rows.js";
import type { Form, FormOptions, Parsed } from "./form.js";
import { findLayout } from "./layout.js";
import { describePlain, planRows, type RowPlan } from "./plain-rows.js";
import { splitQuotedRow } from "./quoted.js";
import { cellSpan, type Delimiter, hasComments, type RowSpan, rowsOf, splitRow, textsOf } from "./rows.js";
import { scanRows } from "./scan-rows.js";
import { readTable, type TextTable } from "./table.js";

/** One row a line, cells separated by tabs, semicolons, commas or spaces, with or without names of rows and columns. */
export const delimited: Form = {
  name: "CSV",
  looksLike: () => true,
  parse(given, options) {
    const source = plainSource(given);
    const plan = planFor(source, options);
    const numbers = parseNumbers(source, plan);
    if (numbers) return numbers;
    const noted = withoutNotes(source);
    if (noted === source) return parseCells(source, plan.delimiter, options);
    const parsed = parseRows(noted, planFor(noted, options), options);
    return { ...parsed, remarks: [...parsed.remarks, "notes behind the rows dropped"] };
  },
};

function planFor(source: Source, options: FormOptions): RowPlan {
  const plan = planRows(source.bytes, options);
  if (!plan) {
    const message = `${options.subject}: the text is empty.`;
    return refuseAt(source, 0, "EMPTY_MATRIX", message, "Give at least one number.");
  }
  if (plan.comments) refuseFactor(source, plan.start, options);
  for (const { start, end } of plan.first) {
    const text = textOf(source.bytes, start, end);
    refuseGroups(source, start, text);
    if (plan.delimiter === "," && alternatesCommas(text)) refuseMixedCommas(source, start, text.trim());
  }
  return plan;
}

/** `#e+02 *` is a factor in which a sign was mistyped: no comment says one. */
function refuseFactor(source: Source, end: number, { subject }: FormOptions): void {
  const above = textOf(source.bytes, 0, end);
  const found = /^#[ \t]*[\d.]*e[-+]?\d+[ \t]*\*/im.exec(above);
  if (!found) return;
  const at = Buffer.byteLength(above.slice(0, found.index));
  const message = `${subject}: this comment holds a factor of all numbers.`;
  refuseAt(source, at, "SYNTAX", message, "Remove the # or the line.");
}

function parseRows(source: Source, plan: RowPlan, options: FormOptions): Parsed {
  return parseNumbers(source, plan) ?? parseCells(source, plan.delimiter, options);
}

/** The quick way, for plain numbers below at most one header row; undefined when the text holds anything else. */
function parseNumbers(source: Source, plan: RowPlan): Parsed | undefined {
  const scan = plan.isPlain ? scanRows(source.bytes, plan.start, plan.delimiter, plan.cells) : undefined;
  return scan && describePlain(source, plan, scan);
}

/** The thorough way: every cell as text first. */
function parseCells(source: Source, delimiter: Delimiter, options: FormOptions): Parsed {
  const { bytes } = source;
  const quoted = bytes.includes(QUOTE);
  // On a sheet a row may be left blank, and the name of one left out.
  const isSheet = options.emptyCells === "unanswered";
  const spans = [...rowsOf(bytes, 0, isSheet ? delimiter : " ")];
  refuseBlankLines(source, spans, options.subject);
  const texts = quoted ? [] : textsOf(bytes, spans);
  const cells = quoted
    ? spans.map((row) => splitQuotedRow(source, row, delimiter))
    : texts.map((row) => splitRow(row, delimiter));
  const layout = findLayout(cells, options.header, isSheet);
  const { headerRows, indexCols } = layout;
  if (headerRows === 1 && indexCols === 1 && !layout.labels) refuseTitle(source, cells, options.subject);
  const [rows, body] = [spans.slice(headerRows), cells.slice(headerRows)];
  const table: TextTable = {
    source,
    cells: indexCols === 0 ? body : body.map((row) => row.slice(indexCols)),
    spanOf: (row, col) => cellSpan(bytes, rows[row].start, delimiter, col + indexCols),
  };
  if (delimiter === "," && !quoted) refuseMixed(source, spans, texts, headerRows);
  if (headerRows === 1) refuseAssignment(source, spans[0].start, cells[0], options.subject);
  if (delimiter === " ") refuseSigns(source, rows, options.subject, layout.labels);
  if (!quoted) refuseNumbersInLabels(source, rows, layout.labels);
  const mayHoldCommas = delimiter !== "," || quoted;
  const decimalComma = options.decimalComma || (mayHoldCommas && hasDecimalCommas(table));
  const value = readTable(table, { ...options, decimalComma });
  const comments = hasComments(bytes);
  return describeRows(source, value, { delimiter, layout, decimalComma, comments, hasBlankRows: isSheet });
}

type Cells = readonly (readonly string[])[];

/** Lines set apart are two matrices, or one with a gap: only when every line is set apart they are one. */
function refuseBlankLines(source: Source, rows: readonly RowSpan[], subject: string): void {
  const gaps = rows.filter((row) => row.afterBlank);
  if (gaps.length === 0 || gaps.length === rows.length - 1) return;
  const message = `${subject}: a blank line stands before this row: it is one matrix with a gap, or two.`;
  const hint = "Remove the blank line, or put each matrix in a file of its own.";
  refuseAt(source, gaps[0].start, "AMBIGUOUS", message, hint);
}

/** `Q` above rows of two numbers: the name of the matrix; or of a column beside an index, which pandas and R set off. */
function refuseTitle(source: Source, [names, ...rows]: Cells, subject: string): void {
  if (names.length !== 1 || rows[0].length !== 2) return;
  const [row, second] = rowsOf(source.bytes);
  const first = Number(rows[0][0]);
  const counts = first <= 1 && rows.every((cells, index) => Number(cells[0]) === first + index);
  if (counts && !second.afterBlank && SET_OFF.test(textOf(source.bytes, row.start, row.end))) return;
  const message = `${subject}: "${names[0]}" may be the name of this matrix, or of a column beside an index.`;
  const hint = "Remove this line; or, for the column, the index as well.";
  refuseAt(source, row.start, "AMBIGUOUS", message, hint);
}

/** A name above the second column, or one in quotes. */
const SET_OFF = /^\s|^"/;

/**
 * `w0,2;537.1`: what is cut at its semicolons has a number before the comma, which would be lost in a label. And
 * `double q[4][2] =, 19` is what was left of a declaration.
 */
function refuseNumbersInLabels(
  source: Source,
  rows: readonly RowSpan[],
  labels: readonly string[] = [],
): void {
  const odd = labels.findIndex((label) => /(?:[,;=]\s*|\s\s)[-+]?\.?\d|(?:.=|[\])}][-+√])$/.test(label));
  if (odd < 0) return;
  const row = JSON.stringify(shorten(textOf(source.bytes, rows[odd].start, rows[odd].end), 60));
  const message = /[-+√=]$/.test(labels[odd])
    ? `the label of the row ${row} ends in "${labels[odd].at(-1)}".`
    : `a number stands in the label of the row ${row}.`;
  refuseAt(source, rows[odd].start, "SYNTAX", message, "Write the same mark between all cells of all rows.");
}

/** `double q[2][4] =` above numbers is what was left of a declaration. */
function refuseAssignment(source: Source, start: number, names: readonly string[], subject: string): void {
  const last = names[names.length - 1];
  if (!/.=$/.test(last)) return;
  const message = `${subject}: ${JSON.stringify(shorten(last, 60))} assigns something, and is no name of a column.`;
  refuseAt(source, start, "SYNTAX", message, "Write the brackets around the matrix, or remove this line.");
}

/** Between spaces a sign among numbers of rows is that of the number behind it; in a table with commas it may be a word. */
function refuseSigns(
  source: Source,
  rows: readonly RowSpan[],
  subject: string,
  labels: readonly string[] = [],
): void {
  const odd = labels.some(startsLikeNumber) ? labels.findIndex(isSign) : -1;
  if (odd < 0) return;
  const { message, hint } = cellProblem(labels[odd]);
  refuseAt(source, rows[odd].start, "NOT_A_NUMBER", `${subject}[${odd}, 0]: ${message}.`, hint);
}

function refuseMixed(source: Source, rows: readonly RowSpan[], texts: readonly string[], headerRows: number) {
  const mixed = texts.findIndex((text, row) => row >= headerRows && mixesCommasAndSpaces(text));
  if (mixed >= 0) refuseMixedCommas(source, rows[mixed].start, texts[mixed].trim());
}
