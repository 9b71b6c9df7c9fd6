import { setting } from "../../setting-names.js";
import { isSign, readCell } from "../cell.js";
import { plainSource } from "../decode.js";
import { checkSaidShape } from "../said-shape.js";
import type { Source } from "../source.js";
import type { Form, FormOptions } from "./form.js";
import {
  isBlank,
  type Line,
  type LineCell,
  linesOf,
  offsetIn,
  refuseLine,
  splitCells,
  tableOf,
  wordsOf,
} from "./lines.js";
import { parseTable, refuseEmpty } from "./table.js";

const RULE = /^\s*(?:[─━═]{2,}|-{2,}|={2,})(?:\s+(?:[─━═]{2,}|-{2,}|={2,}))*\s*$/;

const RULES = ["--", "──", "==", "━━", "══"];

/** A table with a line of dashes below the names of its columns, as qkv itself prints it. */
export const ruled: Form = {
  name: "ruled table",
  looksLike: (_, __, head) =>
    RULES.some((rule) => head.includes(rule)) &&
    head.split(/\r\n?|\n/).some((line, index) => index > 0 && RULE.test(line)),
  parse(given, options) {
    const source = plainSource(given);
    const parts = findParts(linesOf(source), options);
    const kept = dropMargins(source, parts, options);
    if (parts.cols !== undefined)
      checkSaidShape(source, 0, { cols: parts.cols }, { rows: kept.rows.length, cols: kept.rows[0].length });
    const masked = parts.masked && kept.rows.some((row) => row.some(({ text }) => isMaskSign(text)));
    const bounded = kept.rows.some((row) => row.some(({ text }) => BOUND.test(text)));
    const spell = (cell: string) =>
      masked && isMaskSign(cell) ? "0" : cell.replace(BOUND, (_, zero: string) => zero.replace(/\.$/, ""));
    const { labels, columnLabels } = kept;
    const sums =
      kept.sums.length > 0 && parseTable(tableOf(source, kept.sums), options, { form: "table", remarks: [] });
    return parseTable(tableOf(source, kept.rows, masked || bounded ? spell : undefined), options, {
      form: "table",
      remarks: [
        "header row dropped",
        ...(kept.hasIndex ? [labels ? "first column read as labels" : "index column dropped"] : []),
        ...(kept.margins ? ["margins Σ dropped"] : []),
        ...(masked ? ["masked cells read as 0"] : []),
        ...(bounded ? ["cells such as <0.005 read as 0"] : []),
      ],
      ...(labels && { labels }),
      ...(columnLabels && { columnLabels }),
      ...(sums && { sums }),
    });
  },
};

/** What qkv writes for a number that is 0 in the decimals that were asked for: `<0.005`, `>-0.005`. */
const BOUND = /^(?:<|>-)(0\.0*)5$/;

const isMaskSign = (cell: string) => cell === "·" || cell === ".";
const isMarginName = (name: string) => name === "Σ" || name === "sum";

interface Parts {
  readonly names: readonly LineCell[];
  readonly rows: readonly LineCell[][];
  /** From a title such as `Weights (3×4, query × key)`. */
  readonly cols: number | undefined;
  /** A line below the table says that a point stands for a masked cell. */
  readonly masked: boolean;
}

/** Title, names, rows and what stands below them. Throws SYNTAX for anything else, such as a second table. */
function findParts(lines: readonly Line[], options: FormOptions): Parts {
  const rule = lines.findIndex((line) => RULE.test(line.text));
  // The line may also have been cut where it was looked for.
  if (rule < 1) refuseTable(lines[Math.max(0, rule)], "names of columns should stand above a line", options);
  const above = lines.slice(0, rule - 1);
  const title = /\((\d+)[×x](\d+)\b/.exec(
    // Without its names the title stands where they should.
    lines
      .slice(0, rule)
      .map(({ text }) => text)
      .join("\n"),
  );
  const numbers = above.find((line) => isNumbers(line) || /^\s*(?:[─━═]{2}|--|==)/.test(line.text));
  if (numbers) refuseTable(numbers, "this row stands above the names of the columns", options);
  const count = lines.slice(0, rule).find(({ text }) => ROW_COUNT.test(text));
  if (count) refuseTable(count, "this line belongs below the rows of the table", options);
  const blocks = above.find(({ text }) => /^\s*columns \d+\D\d+ of \d+/.test(text));
  if (blocks) {
    const hint = `qkv ${setting("json")} holds every number, and is read back; ${setting("width")} makes room for more columns.`;
    const message = `${options.subject}: the columns of this table stand in blocks.`;
    refuseLine(blocks, "SYNTAX", message, hint);
  }
  const end = lines.findIndex(
    (line, index) => index > rule && (isBlank(line) || RULE.test(line.text) || isFooter(line)),
  );
  const below = end < 0 ? [] : lines.slice(end);
  const rows = lines.slice(rule + 1, end < 0 ? lines.length : end);
  const names = splitCells(lines[rule - 1], /\s{2,}/g).filter((cell) => cell.text !== "");
  if (names.length === 0) refuseTable(lines[rule], "names of columns should stand above this line", options);
  const areWords = names.some(({ text }) => !/^\d+$/.test(text) && !isMarginName(text));
  const number = names.find(({ text }) => /^[-+−]?\.?\d/.test(text) && (areWords || !/^\d+$/.test(text)));
  if (number) refuseTable(number.line, "numbers stand in this line of names of columns", options);
  checkBelow(below, rows.length, options);
  if (title) checkSaidShape(lines[0].source, 0, { rows: Number(title[1]) }, { rows: rows.length, cols: 0 });
  return {
    names,
    rows: rows.map((line) => cellsOf(line, names.length)),
    cols: title ? Number(title[2]) : undefined,
    masked: below.some(({ text }) => /^\s*[·.] masked\s*$/.test(text)),
  };
}

/** True for a line of nothing but numbers, which is no title. */
const isNumbers = (line: Line) =>
  !isBlank(line) && wordsOf(line).every(({ text }) => typeof readCell(text) === "number");

/** One space may stand inside a label; between cells there are two, unless it is another program's table of plain words. */
function cellsOf(line: Line, count: number): LineCell[] {
  if (count > 1 && !/\s\s/.test(line.text)) return wordsOf(line);
  const cells = splitCells(line, /\s{2,}/g).filter((cell) => cell.text !== "");
  return cells.length >= count ? cells : wordsOf(line);
}

function isFooter({ text }: Line): boolean {
  return (
    ROW_COUNT.test(text) ||
    LEFT_OUT.test(text) ||
    /^\s*(?:[·.] masked|rounded to \d+ decimals?.*)\s*$/.test(text)
  );
}

const LEFT_OUT = /^\s*(?:…\s*|\.{3}\s*)?\d+ more (?:rows|columns)/;

/** What psql prints below a table; one of a single column has no bars by which it would be told from ours. */
const ROW_COUNT = /^\s*\((\d+) rows?\)\s*$/;

/** Below the rows a second rule and the margin of the columns may stand, and footers. */
function checkBelow(below: readonly Line[], count: number, options: FormOptions): void {
  for (const line of below) {
    if (LEFT_OUT.test(line.text)) refuseTable(line, "the table was cut, as this line says", options);
    const said = ROW_COUNT.exec(line.text)?.[1];
    if (said !== undefined)
      checkSaidShape(line.source, offsetIn(line, 0), { rows: Number(said) }, { rows: count, cols: 1 });
    const known =
      isBlank(line) ||
      RULE.test(line.text) ||
      isFooter(line) ||
      isMarginName(wordsOf(line)[0].text) ||
      /^(?:λ|lambda)$/.test(wordsOf(line)[0].text);
    if (!known) refuseTable(line, "this line belongs to no row of the table", options);
  }
}

function refuseTable(line: Line, what: string, { subject }: FormOptions): never {
  const hint = `Give one table and nothing else; of a whole run, give what qkv ${setting("json")} prints.`;
  return refuseLine(line, "SYNTAX", `${subject}: ${what}.`, hint);
}

interface Kept {
  readonly rows: readonly LineCell[][];
  readonly labels: readonly string[] | undefined;
  readonly columnLabels: readonly string[] | undefined;
  /** The sums beside the rows, one a row; none without. */
  readonly sums: readonly LineCell[][];
  readonly hasIndex: boolean;
  readonly margins: boolean;
}

/** The cells that are the matrix: without labels, and without the sums beside it, which its title tells from columns. */
function dropMargins(source: Source, { names, rows, cols }: Parts, options: FormOptions): Kept {
  if (rows.length === 0) refuseEmpty(source, options.subject);
  const firstMargin = names.findIndex((name, index) => isMarginName(name.text) && index >= (cols ?? 1));
  const width = cols ?? (firstMargin < 0 ? names.length : firstMargin);
  const margins = names.length > width && names.slice(width).every(({ text }) => isMarginName(text));
  const indexed = rows.filter((row) => row.length === names.length + 1);
  const hasIndex = indexed.length === rows.length && !indexed.some(([label]) => isSign(label.text));
  const kept = rows.map((row) => (hasIndex ? row.slice(1) : row));
  const odd =
    margins && kept.find((row) => row.slice(width).some(({ text }) => readCell(text) === undefined));
  if (odd) refuseTable(odd[0].line, "the sums beside this row are no numbers", options);
  const labels = hasIndex ? rows.map(([label]) => label.text) : [];
  const titles = names.slice(0, width).map(({ text }) => text);
  const beside = margins && names.length === width + 1 ? kept.map((row) => row.slice(width)) : [];
  return {
    columnLabels: titles.every((name) => /^\d+$/.test(name)) ? undefined : titles,
    sums: beside.every((row) => row.length === 1) ? beside : [],
    rows: margins ? kept.map((row) => (row.length === names.length ? row.slice(0, width) : row)) : kept,
    labels: labels.every((label) => /^\d+$/.test(label)) ? undefined : labels,
    hasIndex,
    margins,
  };
}
