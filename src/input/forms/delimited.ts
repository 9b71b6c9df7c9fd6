import { QUOTE } from "../bytes.js";
import { refuseAt, type Source, textOf } from "../source.js";
import { checkTable } from "./check-table.js";
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
import { readTable, refuseEmpty, type TextTable } from "./table.js";

/**
 * A table with one row per line, and cells separated by tabs, semicolons, commas or spaces; rows and columns may have
 * names.
 */
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

/** Refuses a comment such as `#e+02 *`. It is a common factor with a mistyped character, not a comment. */
function checkFactor(source: Source, end: number, { subject }: FormOptions): void {
  const above = textOf(source.bytes, 0, end);
  const found = /^#[ \t]*[\d.]*e[-+]?\d+[ \t]*\*/im.exec(above);
  if (!found) return;
  const at = Buffer.byteLength(above.slice(0, found.index));
  const message = `${subject}: this comment has a factor for all numbers.`;
  refuseAt(source, at, "SYNTAX", message, "Remove the # or the line.");
}

/**
 * Parses plain numbers with at most one header row: the fast path. Returns undefined if the text contains anything
 * else.
 */
function parseNumbers(source: Source, plan: RowPlan): Parsed | undefined {
  const scan = plan.isPlain ? scanRows(source.bytes, plan.start, plan.delimiter, plan.cells) : undefined;
  return scan && describePlain(source, plan, scan);
}

/** Parses each cell as text: the thorough path. */
function parseCells(source: Source, { delimiter }: RowPlan, options: FormOptions): Parsed {
  const { bytes } = source;
  const isQuoted = bytes.includes(QUOTE);
  // On a sheet, a row may be blank and a row's name may be missing.
  const isSheet = options.emptyCells === "unanswered";
  const spans = [...rowsOf(bytes, 0, isSheet ? delimiter : " ")];
  const lines = linesAt(source, spans);
  const cells = lines.map((line) => cutRow(line, delimiter).map(({ text }) => text));
  const layout = findLayout(cells, options.header, isSheet);
  const { headerRows, indexCols } = layout;
  checkTable(
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
