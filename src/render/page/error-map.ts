import type { MachineStep } from "../../check/machine/check-dump.js";
import { MAX_CELL_UNITS } from "../../check/machine/rule.js";
import { escapeMarkup } from "../drawing/svg.js";
import { worstMark, worstOf } from "../error-marks.js";
import { writeGrid } from "./grid.js";

// Draws where the numbers of a dump are off. A line is a head or a block of rows; a cell is a block of numbers.

/** The maximum number of parts that are listed. */
const MOST_PARTS = 64;

/** Writes the map of one step in all batches and heads, and that of the worst part. Empty if everything is right. */
export function writeErrorMaps(steps: readonly MachineStep[]): string {
  const wrong = steps.filter(({ where }) => where !== undefined);
  if (wrong.length === 0) return "";
  const worst = worstOf(wrong);
  const own = writeMapOfPart(worst, steps.length > 1);
  if (steps.length === 1) return own;
  return `<div class="beside"><div>${writeMapOfParts(steps)}</div><div>${own}</div></div>\n`;
}

const NAMES_OF_MARKS = `· right; 1 to 9: off by up to 2, 4, … 512 times the ${MAX_CELL_UNITS} expected errors that are allowed (9: or more); ∞: no number`;

/** Explains the marks of a map. */
export const writeLegend = (): string => `<p class="note">${NAMES_OF_MARKS}</p>\n`;

function writeMapOfParts(steps: readonly MachineStep[]): string {
  const widest = steps.reduce<MachineStep["where"]>(
    (most, { where }) => ((where?.map.lines.length ?? 0) > (most?.map.lines.length ?? 0) ? where : most),
    undefined,
  );
  if (!widest) return "";
  const { lines, rowsOfLine } = widest.map;
  const heads = lines.map((_, at) => rangeName(at, rowsOfLine));
  const byTrouble = steps.length > MOST_PARTS ? steps.toSorted((a, b) => b.units.cell - a.units.cell) : steps;
  const shown = byTrouble.slice(0, MOST_PARTS);
  const left = steps.length - shown.length;
  const rows = shown.map(({ scope, where }) => ({
    name: scope === "" ? "all" : scope.replace("/", ", "),
    marks: where ? where.map.lines.map(worstMark) : lines.map(() => "·"),
  }));
  const more = left > 0 ? `<p class="note">${left} more parts, none of them worse than these.</p>\n` : "";
  return `<h3 class="sub">All batches and heads</h3>${tableOf(`${steps[0].id}: batches and heads, by rows`, "rows", heads, rows)}${more}`;
}

function writeMapOfPart({ id, scope, where }: MachineStep, isOneOfSeveral: boolean): string {
  if (!where || where.map.lines.length < 2) return "";
  const { lines, rowsOfLine, columnsOfMark } = where.map;
  const heads = Array.from(lines[0], (_, at) => rangeName(at, columnsOfMark));
  const rows = lines.map((line, at) => ({
    name: `${rowsOfLine === 1 ? "row" : "rows"} ${rangeName(at, rowsOfLine)}`,
    marks: Array.from(line),
  }));
  const title = isOneOfSeveral
    ? `<h3 class="sub">${escapeMarkup(scope.replace("/", ", "))}, the worst of them</h3>`
    : "";
  return `${title}${tableOf(`${[scope, id].filter(Boolean).join(": ")}: rows by columns`, "columns", heads, rows)}`;
}

/** Writes "16–31" for blocks of 16. The last block may be shorter; its end is not corrected. */
const rangeName = (at: number, size: number): string => {
  const [first, last] = [at * size, (at + 1) * size - 1];
  return first === last ? String(first) : `${first}–${last}`;
};

function tableOf(
  caption: string,
  across: string,
  heads: readonly string[],
  rows: readonly { readonly name: string; readonly marks: readonly string[] }[],
): string {
  const lines = rows.map(({ name, marks }) => ({
    name,
    cells: marks.map((mark) => ({ text: mark, class: classOf(mark) })),
  }));
  return `${writeGrid({ caption, class: "off", corner: across, heads, rows: lines })}\n`;
}

/** Returns the strength of a mark, from e0 where everything is right. */
const classOf = (mark: string): string => `e${"·123456789∞".indexOf(mark)}`;
