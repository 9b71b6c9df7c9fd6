import { QUOTE } from "../bytes.js";
import { refuseAt, type Source, textOf } from "../source.js";
import { withoutNotes } from "./comments.js";
import { cutRow } from "./cut-row.js";
import { checkCommas, hasDecimalCommas, mixesCommas, mixesOrAlternates } from "./decimal-comma.js";
import { describeRows } from "./described-rows.js";
import type { Form, FormOptions, Parsed } from "./form.js";
import { findLayout } from "./layout.js";
import { pieceOf, spanIn } from "./lines.js";
import { describePlain, planRows, type RowPlan } from "./plain-rows.js";
import { hasComments, linesAt, rowsOf } from "./rows.js";
import { scanRows } from "./scan-rows.js";
import { checkSlips } from "./slips.js";
import { readTable, refuseEmpty, type TextTable } from "./table.js";

/** One row a line, cells separated by tabs, semicolons, commas or spaces, with or without names of rows and columns. */
export const delimited: Form = {
  looksLike: () => true,
  parse(source, options) {
    const plan = planFor(source, options);
    const numbers = parseNumbers(source, plan);
    if (numbers) return numbers;
    const noted = withoutNotes(source);
    if (noted === source) return parseCells(source, plan, options);
    const own = planFor(noted, options);
    const parsed = parseNumbers(noted, own) ?? parseCells(noted, own, options);
    return { ...parsed, remarks: [...parsed.remarks, "notes after the rows dropped"] };
  },
};

function planFor(source: Source, options: FormOptions): RowPlan {
  const plan = planRows(source.bytes, options);
  if (!plan) return refuseEmpty(source, options.subject);
  if (plan.comments) checkFactor(source, plan.start, options);
  for (const line of linesAt(source, plan.first))
    checkCommas(pieceOf(line), plan.delimiter === "," ? mixesOrAlternates : undefined);
  return plan;
}

/** `#e+02 *` is a factor in which a sign was mistyped: no comment says one. */
function checkFactor(source: Source, end: number, { subject }: FormOptions): void {
  const above = textOf(source.bytes, 0, end);
  const found = /^#[ \t]*[\d.]*e[-+]?\d+[ \t]*\*/im.exec(above);
  if (!found) return;
  const at = Buffer.byteLength(above.slice(0, found.index));
  const message = `${subject}: this comment has a factor for all numbers.`;
  refuseAt(source, at, "SYNTAX", message, "Remove the # or the line.");
}

/** The quick way, for plain numbers below at most one header row; undefined when the text holds anything else. */
function parseNumbers(source: Source, plan: RowPlan): Parsed | undefined {
  const scan = plan.isPlain ? scanRows(source.bytes, plan.start, plan.delimiter, plan.cells) : undefined;
  return scan && describePlain(source, plan, scan);
}

/** The thorough way: every cell as text first. */
function parseCells(source: Source, { delimiter }: RowPlan, options: FormOptions): Parsed {
  const { bytes } = source;
  const isQuoted = bytes.includes(QUOTE);
  // On a sheet a row may be left blank, and the name of one left out.
  const isSheet = options.emptyCells === "unanswered";
  const spans = [...rowsOf(bytes, 0, isSheet ? delimiter : " ")];
  const lines = linesAt(source, spans);
  const cells = lines.map((line) => cutRow(line, delimiter).map(({ text }) => text));
  const layout = findLayout(cells, options.header, isSheet);
  const { headerRows, indexCols } = layout;
  checkSlips(
    { lines, gaps: spans.map(({ afterBlank }) => afterBlank), cells, layout, delimiter, isQuoted },
    options,
  );
  const [rows, body] = [lines.slice(headerRows), cells.slice(headerRows)];
  if (delimiter === "," && !isQuoted) for (const line of rows) checkCommas(pieceOf(line), mixesCommas);
  const table: TextTable = {
    source,
    cells: indexCols === 0 ? body : body.map((row) => row.slice(indexCols)),
    spanOf: (row, col) => spanIn(cutRow(rows[row], delimiter), col + indexCols),
  };
  const mayHoldCommas = delimiter !== "," || isQuoted;
  const decimalComma = options.decimalComma || (mayHoldCommas && hasDecimalCommas(table));
  const value = readTable(table, { ...options, decimalComma });
  const comments = hasComments(bytes);
  return describeRows(source, value, { delimiter, layout, decimalComma, comments, hasBlankRows: isSheet });
}
