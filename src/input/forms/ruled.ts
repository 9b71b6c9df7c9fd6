import { setting } from "../../errors.js";
import { isSign, readCell } from "../cell.js";
import { checkStatedShapes, statedShape } from "../stated-shape.js";
import type { Form, FormOptions } from "./form.js";
import { describeLayout } from "./layout.js";
import {
  type Line,
  type LineCell,
  linesOf,
  pieceOf,
  refuseCell,
  spacedCells,
  tableOf,
  wordsOf,
} from "./lines.js";
import { parseTable, refuseEmpty } from "./table.js";

const RULE = /^\s*([─━═=-])\1+(?:\s+([─━═=-])\2+)*\s*$/;

/** A table with a line of dashes below the column names, as qkv prints it. */
export const ruled: Form = {
  looksLike: (_, __, head) => head.split(/\r\n?|\n/).some((line, index) => index > 0 && RULE.test(line)),
  parse(source, options) {
    const parts = findParts(linesOf(source), options);
    if (parts.rows.length === 0) refuseEmpty(source, options.subject);
    const { rows, labels, names, margins, hasIndex } = dropMargins(parts, options);
    checkStatedShapes(source, parts.around, { rows: rows.length, cols: rows[0].length });
    const masked = parts.masked && rows.some((row) => row.some(isMasked));
    const bounded = rows.some((row) => row.some(({ text }) => isBound(text)));
    const isZero = (cell: LineCell) => (masked && isMasked(cell)) || isBound(cell.text);
    const cells = rows.map((row) => row.map((cell) => (isZero(cell) ? asZero(cell) : cell)));
    const { remarks, ...named } = describeLayout({
      headerRows: 1,
      indexCols: hasIndex ? 1 : 0,
      labels,
      names,
    });
    return parseTable(tableOf(source, cells), options, {
      form: "table",
      ...named,
      remarks: [
        ...remarks,
        ...(margins ? ["margins Σ dropped"] : []),
        ...(masked ? ["masked cells read as 0"] : []),
        ...(bounded ? ["cells such as <0.005 read as 0"] : []),
      ],
    });
  },
};

const isMasked = ({ text }: LineCell) => text === "·" || text === ".";
/** Whether a cell is qkv's text for a number that rounds to 0 in the chosen decimals: `<0.005`, `>-0.005`. */
export const isBound = (text: string): boolean => /^(?:<|>-)0\.0*5$/.test(text);
/** Returns the same cell with the value 0. */
export const asZero = (cell: LineCell): LineCell => ({ ...cell, text: "0", length: cell.text.length });

const isMargin = ({ text }: LineCell) => text === "Σ" || text === "sum";
const isCount = (text: string) => /^\d+$/.test(text);

interface Parts {
  readonly names: readonly LineCell[];
  readonly rows: readonly LineCell[][];
  /** The title, the column names, and the lines below the rows. */
  readonly around: readonly Line[];
  /** The number of columns in the title, without margins. */
  readonly cols: number | undefined;
  /** Whether a line below the table says that a dot means a masked cell. */
  readonly masked: boolean;
}

const LEFT_OUT = /^\s*(?:…\s*|\.{3}\s*)?\d+ more (?:rows|columns)/;
const FOOTER = /^\s*(?:[·.] masked|rounded to \d+ decimals?.*)?\s*$/;

/**
 * Finds the title, names and rows, and the lines below them. Throws SYNTAX for anything else, such as a second table.
 */
function findParts(lines: readonly Line[], options: FormOptions): Parts {
  const rule = lines.findIndex((line) => RULE.test(line.text));
  // The rule may also be missing: `looksLike` saw only the start of the text, which may have cut a longer line.
  if (rule < 1) refuseTable(lines[Math.max(0, rule)], "names of columns are expected above a line", options);
  const above = lines.slice(0, rule);
  for (const line of above.slice(0, -1)) {
    const words = wordsOf(line);
    const isRow = words.length > 0 && words.every(({ text }) => typeof readCell(text) === "number");
    if (isRow || /^\s*(?:[─━═]{2}|--|==)/.test(line.text))
      refuseTable(line, "this row is above the names of the columns", options);
    if (/^\s*columns \d+\D\d+ of \d+/.test(line.text)) {
      const hint = `qkv ${setting("json")} has every number, and qkv reads it back; ${setting("width")} makes room for more columns.`;
      refuseTable(line, "the columns of this table are in blocks", options, hint);
    }
  }
  const names = spacedCells(lines[rule - 1]);
  if (names.length === 0) refuseTable(lines[rule], "names of columns are expected above this line", options);
  const areWords = names.some((name) => !isCount(name.text) && !isMargin(name));
  if (names.some(({ text }) => /^[-+−]?\.?\d/.test(text) && (areWords || !isCount(text))))
    refuseTable(lines[rule - 1], "this line of column names has numbers", options);
  const behind = lines.slice(rule + 1);
  const ends = ({ text }: Line) =>
    [FOOTER, RULE, LEFT_OUT].some((end) => end.test(text)) || statedShape(text) !== undefined;
  const end = behind.findIndex(ends);
  const rows = end < 0 ? behind : behind.slice(0, end);
  // Below the rows there may be a second rule, the column margins, and footers.
  const below = behind.slice(rows.length);
  for (const line of below) {
    if (LEFT_OUT.test(line.text)) refuseTable(line, "the table was cut, as this line says", options);
    if (!ends(line) && !/^\s*(?:Σ|sum|λ|lambda)(?!\S)/.test(line.text))
      refuseTable(line, "this line does not belong to a row of the table", options);
  }
  return {
    names,
    rows: rows.map((line) => cellsOf(line, names.length)),
    around: [...above, ...below],
    cols: above.map(({ text }) => statedShape(text)?.cols).find((cols) => cols !== undefined),
    masked: below.some(({ text }) => /^\s*[·.] masked\s*$/.test(text)),
  };
}

/**
 * Returns the cells of a row. They are separated by two or more spaces, because a label may contain single ones. Tables
 * of other programs may use single spaces.
 */
function cellsOf(line: Line, count: number): LineCell[] {
  if (count > 1 && !/\s\s/.test(line.text)) return wordsOf(line);
  const cells = spacedCells(line);
  return cells.length >= count ? cells : wordsOf(line);
}

function refuseTable(
  line: Line,
  what: string,
  options: FormOptions,
  hint = `Give only one table; for a whole run, give the output of qkv ${setting("json")}.`,
): never {
  return refuseCell(pieceOf(line), options, what, hint);
}

/**
 * Returns the cells of the matrix, without labels and without the sums beside it. The number of columns in the title
 * shows which columns are sums.
 */
function dropMargins({ names, rows, cols }: Parts, options: FormOptions) {
  const firstMargin = names.findIndex((name, index) => isMargin(name) && index >= (cols ?? 1));
  const width = cols ?? (firstMargin < 0 ? names.length : firstMargin);
  const margins = names.length > width && names.slice(width).every(isMargin);
  const hasIndex = rows.every(([label, ...cells]) => cells.length === names.length && !isSign(label.text));
  const kept = rows.map((row) => (hasIndex ? row.slice(1) : row));
  const odd =
    margins && kept.find((row) => row.slice(width).some(({ text }) => readCell(text) === undefined));
  if (odd) refuseTable(odd[0].line, "the sums beside this row are not numbers", options);
  const labels = hasIndex ? rows.map(([label]) => label.text) : [];
  const titles = names.slice(0, width).map(({ text }) => text);
  return {
    margins,
    hasIndex,
    rows: margins ? kept.map((row) => (row.length === names.length ? row.slice(0, width) : row)) : kept,
    labels: labels.every(isCount) ? undefined : labels,
    names: titles.every(isCount) ? undefined : titles,
  };
}
