import { BLANK } from "../blank.js";
import { type LineCell, splitCells } from "../forms/lines.js";
import { isMark, isNumberCell } from "./cells.js";
import type { Piece, Separator } from "./pieces.js";
import { nameOfRow } from "./title.js";

/** A row taken apart. */
export interface SplitRow {
  readonly label?: string | undefined;
  readonly cells: readonly LineCell[];
  /** The cells with that of the label. */
  readonly whole?: readonly LineCell[];
}

export function splitRow(piece: Piece, separator: Separator, labels: ReadonlySet<string>): SplitRow {
  const { isStrict } = separator;
  if (piece.label !== undefined) return { label: piece.label, cells: splitText(bare(piece), separator) };
  const named = labelBefore(piece, labels, isStrict);
  if (named) {
    const [own, whole] = [splitText(bare(named.rest), separator), splitText(piece, separator)];
    return { label: nameOfRow(named.label, labels), cells: own, whole };
  }
  const cells = splitText(bare(piece), separator);
  const first = cells.findIndex(({ text }) => isNumberCell(text) || isMark(text));
  if (isStrict) {
    const [{ text }] = cells;
    const isLabel = text !== "" && !isNumberCell(text) && !isMark(text);
    if (!isLabel) return { cells };
    const plain = text.replace(/\s*:$/, "").replace(/^(["'*]+)(.*)\1$/, "$2");
    return { label: nameOfRow(plain, labels), cells: cells.slice(1), whole: cells };
  }
  if (first <= 0) return { cells };
  const label = cells
    .slice(0, first)
    .map(({ text }) => text)
    .join(" ");
  return { label: nameOfRow(label, labels), cells: cells.slice(first), whole: cells };
}

/** A label with a colon or an equals sign behind it, one before a bracket, and one of those that the problem has. */
function labelBefore(piece: Piece, labels: ReadonlySet<string>, isStrict: boolean) {
  const { text, line, at } = piece;
  const known = [...labels].filter(
    (label) =>
      text.startsWith(label) && /^\s*(?:[:=|]|->|→)?\s+\S|^\s*[:=|]\s*\S/.test(text.slice(label.length)),
  );
  const longest = known
    .sort((a, b) => b.length - a.length)
    .find((label) => !isNumberCell(label) && !isMark(label));
  const found =
    (longest !== undefined && !isStrict
      ? new RegExp(`^(.{${longest.length}})\\s*(?:[:=|]|->|→)?\\s*`, "su").exec(text)
      : null) ??
    (isStrict ? LABEL_BEFORE_CELLS : LABEL_OR_BAR_BEFORE_CELLS).exec(text) ??
    (isStrict ? null : /^([\p{L}_<▁][^\s[(]{0,40}(?:\s\d{1,2})?)\s*(?=[[(]\s*[-+.\d])/u.exec(text)) ??
    /^\(?(\d{1,2})\)\s+(?=\S)/.exec(text);
  if (!found) return undefined;
  const from = found[0].length;
  return {
    label: found[1].replace(/^(["'*`]+)(.*)\1$/, "$2").trim(),
    rest: { text: text.slice(from), line, at: at + from },
  };
}

/** How a number begins, or a cell that is left blank. */
const CELL = `[-+[({]?\\s*(?:[\\d.√∞]|inf|nan|${BLANK}(?:\\s|,|$))`;
const LABEL_BEFORE_CELLS = new RegExp(`^([^|\\t;]{1,60}?)\\s*(?:[:=]|->|→)\\s*(?=${CELL})`, "i");
const LABEL_OR_BAR_BEFORE_CELLS = new RegExp(`^([^|\\t;]{1,60}?)\\s*(?:[:=|]|->|→)\\s*(?=${CELL})`, "i");
const OPENING_BRACKETS = new RegExp(`^\\s*[[({⎡⎢⎣⎛⎜⎝]+\\s*(?=[^\\p{L}]|-?inf|nan|${BLANK})`, "iu");

/** A row without the brackets around it and the comma behind it. */
function bare({ text, line, at }: Piece): Piece {
  const opening = OPENING_BRACKETS.exec(text)?.[0] ?? "";
  const rest = text.slice(opening.length);
  const inner =
    opening === "" && /[([{]/.test(rest) ? rest : rest.replace(/\s*[\])}⎤⎥⎦⎞⎟⎠]+\s*[,;]?\s*[\])}]*\s*$/, "");
  return { text: inner, line, at: at + opening.length };
}

/** The cells of a row; white space at its ends is none, unless its separators are strict. */
export function splitText({ text, line, at }: Piece, { pattern, isStrict }: Separator): LineCell[] {
  const from = isStrict ? at : at + text.length - text.trimStart().length;
  const to = at + (isStrict ? text : text.trimEnd()).length;
  return splitCells(line, pattern, from, to);
}

/** Rows without the columns at their ends in which nothing stands: bars around a table, commas of a wider sheet. */
export function trimColumns(rows: readonly SplitRow[], labels: ReadonlySet<string>): readonly SplitRow[] {
  const isEmpty = (at: "first" | "last") =>
    rows.every(({ cells }) => cells.length > 1 && cells[at === "first" ? 0 : cells.length - 1].text === "");
  const trimmed = (trim: (row: SplitRow) => SplitRow) => trimColumns(rows.map(trim), labels);
  if (isEmpty("last")) return trimmed((row) => ({ ...row, cells: row.cells.slice(0, -1) }));
  const hasNames = rows.some(({ label }) => label !== undefined);
  if (hasNames || !isEmpty("first")) return rows;
  return trimmed((row) => relabelled({ ...row, cells: row.cells.slice(1) }, labels));
}

/** What has lost an empty first cell may begin with a label. */
function relabelled(row: SplitRow, labels: ReadonlySet<string>): SplitRow {
  const [first] = row.cells;
  const isLabel =
    row.cells.length > 1 && first.text !== "" && !isNumberCell(first.text) && !isMark(first.text);
  return isLabel
    ? { label: nameOfRow(first.text, labels), cells: row.cells.slice(1), whole: row.cells }
    : row;
}
