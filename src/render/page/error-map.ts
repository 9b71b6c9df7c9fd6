import type { MachineStep } from "../../check/machine/check-dump.js";
import type { KeysUsed } from "../../check/machine/keys-of-rows.js";
import { MAX_CELL_UNITS } from "../../check/machine/rule.js";
import { rangeText } from "../../math/ranges.js";
import { MARKS, worstMark, worstOf } from "../check-overview.js";
import { escapeMarkup, round } from "../drawing/svg.js";
import { writeGrid } from "./grid.js";

// Draws where the numbers of a dump are off. A line is a head or a block of rows; a cell is a block of numbers.

/** The maximum number of parts that are listed. */
const MOST_PARTS = 64;

/** Writes the map of one step in all batches and heads, and that of the worst part. Empty if everything is right. */
export function writeErrorMaps(steps: readonly MachineStep[]) {
  const wrong = steps.filter(({ where }) => where !== undefined);
  if (wrong.length === 0) return "";
  const worst = worstOf(wrong);
  const own = writeMapOfPart(worst, steps.length > 1);
  if (steps.length === 1) return own;
  return `<div class="beside"><div>${writeMapOfParts(steps)}</div><div>${own}</div></div>\n`;
}

const NAMES_OF_MARKS = `· right; 1 to 9: off by up to 2, 4, … 512 times the ${MAX_CELL_UNITS} expected errors that are allowed (9: or more); ∞: no number`;

/** Explains the marks of a map. */
export const writeLegend = () => `<p class="note">${NAMES_OF_MARKS}</p>\n`;

function writeMapOfParts(steps: readonly MachineStep[]) {
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
  const rows = shown.map(({ scope, where }) =>
    lineOf(
      scope === "" ? "all" : scope.replace("/", ", "),
      where ? where.map.lines.map(worstMark) : lines.map(() => "·"),
    ),
  );
  const caption = `${steps[0].id}: batches and heads, by rows`;
  const grid = writeGrid({ caption, class: "off", corner: "rows", heads, rows });
  const more = left > 0 ? `<p class="note">${left} more parts, none of them worse than these.</p>\n` : "";
  return `<h3 class="sub">All batches and heads</h3>${grid}\n${more}`;
}

function writeMapOfPart({ id, scope, where }: MachineStep, isOneOfSeveral: boolean) {
  if (!where || where.map.lines.length < 2) return "";
  const { lines, rowsOfLine, columnsOfMark } = where.map;
  const heads = Array.from(lines[0], (_, at) => rangeName(at, columnsOfMark));
  const rows = lines.map((line, at) =>
    lineOf(`${rowsOfLine === 1 ? "row" : "rows"} ${rangeName(at, rowsOfLine)}`, Array.from(line)),
  );
  const caption = `${[scope, id].filter(Boolean).join(": ")}: rows by columns`;
  const title = isOneOfSeveral
    ? `<h3 class="sub">${escapeMarkup(scope.replace("/", ", "))}, the worst of them</h3>`
    : "";
  return `${title}${writeGrid({ caption, class: "off", corner: "columns", heads, rows })}\n`;
}

/** Writes "16–31" for blocks of 16. The last block may be shorter; its end is not corrected. */
const rangeName = (at: number, size: number) => rangeText([at * size, (at + 1) * size - 1]);

/** Returns a line of a map: each mark with the class of its strength, from e0 where everything is right. */
const lineOf = (name: string, marks: readonly string[]) => ({
  name,
  cells: marks.map((mark) => ({ text: mark, class: `e${MARKS.indexOf(mark)}` })),
});

/** The width of all keys together. */
const WIDTH = 360;
const NAME = 64;
const LINE = 20;
const BAR = 12;

/** Draws which keys some rows were computed from, and which they should be computed from: one line per row. */
export function writeKeysUsed({ looked, keys }: KeysUsed): string {
  const x = (key: number) => round(NAME + (key / keys) * WIDTH);
  const width = (low: number, high: number) => round(((high - low) / keys) * WIDTH);
  const height = LINE * (looked.length + 1);
  const lines = looked.map(({ row, expected, seen }, at) => {
    const y = LINE * (at + 1);
    const made = seen
      ? `<rect class="made" x="${x(seen.low)}" y="${y + 2}" width="${width(seen.low, seen.high)}" height="${BAR - 4}"/>`
      : `<text x="${x(0) + 4}" y="${y + BAR - 2}">no range of keys gives this row</text>`;
    return `<text x="${NAME - 6}" y="${y + BAR - 2}" text-anchor="end">row ${row}</text><rect class="want" x="${x(expected.low)}" y="${y}" width="${width(expected.low, expected.high)}" height="${BAR}"/>${made}`;
  });
  const axis = `<text x="${NAME}" y="${LINE - 8}">key 0</text><text x="${NAME + WIDTH}" y="${LINE - 8}" text-anchor="end">key ${keys - 1}</text>`;
  const about = `Keys that ${looked.length} rows use`;
  return `<svg class="used" role="img" aria-label="${about}" viewBox="0 0 ${NAME + WIDTH + 1} ${height}" width="${NAME + WIDTH + 1}">${axis}${lines.join("")}</svg><p class="note"><span class="want">outlined</span>: the keys that the row should use; <span class="a">filled</span>: those that give its numbers</p>`;
}
