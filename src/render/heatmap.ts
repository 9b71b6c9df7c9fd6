import { present, tabulate } from "../math/lists.js";
import type { HeatMap } from "./document.js";
import { alignTo, labelsOf, truncate, widest, widthOf } from "./label.js";
import { chooseFormat, type Precision } from "./number.js";
import type { Pen } from "./pen.js";
import { drawRuler, type Range, shareOf } from "./plot.js";
import { type Pooled, poolByMaximum } from "./pool.js";
import { wrapText } from "./wrap.js";

const MOST_ROWS = 64;
/** Row labels may shrink to this width before cells are pooled. */
const SHORTEST_LABEL = 3;
/** Up to this number of columns, the numbers are written in the coloured cells. */
const MOST_NUMBERED = 16;
const WIDEST_CELL = 11;
const SCALE_STEPS = 8;
/** A map narrower than this, beside others, has shorter remarks. */
const NARROW = 30;

/**
 * Writes the heat map with column labels above and its scale below. It uses colours if there are enough of them,
 * otherwise shade characters. If it does not fit, each cell shows the largest of several, and a line says so.
 */
export function* writeHeatMap(map: HeatMap, pen: Pen): Generator<string> {
  const picture = composePicture(map, pen);
  yield `${drawHead(picture, pen).trimEnd()}\n`;
  for (let row = 0; row < picture.rows; row++) yield `${drawRow(picture, row, pen).trimEnd()}\n`;
  for (const line of [...explainScale(picture, map, pen), ...explainCells(picture, pen)]) yield `${line}\n`;
}

/** Returns a heat map ready to be drawn: cells (undefined = blocked), their texts, the labels at their sides, and their sizes. */
function composePicture({ matrix, axes, view, blocked, ...map }: HeatMap, pen: Pen) {
  const mostRows = view.full ? matrix.rows : (map.mostRows ?? MOST_ROWS);
  const mostCols = Math.max(1, pen.width - 1 - SHORTEST_LABEL);
  const { at, ...pooled } = poolByMaximum(matrix, blocked, mostRows, mostCols, map.hasSigns);
  const { rows, cols, tall, wide } = pooled;
  const [rowLabels, colLabels] = axes.map(labelsOf);
  const cells = tabulate(rows, (row) => tabulate(cols, (col) => at(row, col)));
  const format = chooseFormat([matrix.data], view.precision === "full" ? 2 : Math.min(2, view.precision));
  const texts = cells.map((row) => row.map((value) => signOf(value, pen) ?? pen.spell(format(value ?? 0))));
  const rowNames = tabulate(rows, (row) => pen.spell(rowLabels.at(row * tall)));
  const colNames = tabulate(cols, (col) => pen.spell(colLabels.at(col * wide)));
  const longest = { row: widest(rowNames), col: widest(colNames), text: widest(texts.flat()) };
  return {
    ...pooled,
    ...{ cells, texts, rowNames, colNames },
    rowAlign: rowLabels.align,
    scale: scaleOf(cells.flat(), map.hasSigns),
    ...chooseSizes(longest, pooled, pen),
  };
}

type Picture = ReturnType<typeof composePicture>;

/** Returns the sign in a cell that has no place on the scale. */
function signOf(value: number | undefined, { glyphs }: Pen) {
  if (value === undefined) return glyphs.masked;
  return Number.isNaN(value) ? glyphs.notANumber : undefined;
}

/**
 * Chooses the widest cells that fit: with their number (in colour), as wide as the column labels, two columns, or one.
 */
function chooseSizes(
  longest: { readonly row: number; readonly col: number; readonly text: number },
  { cols, wide }: Omit<Pooled, "at">,
  pen: Pen,
) {
  const forLabel = Math.min(longest.col + 1, WIDEST_CELL);
  const forNumber = Math.max(forLabel, longest.text + 2);
  const numbered = pen.painter.hasShades && cols <= MOST_NUMBERED && wide === 1 ? [forNumber] : [];
  const labelWidth = Math.min(longest.row, Math.floor(pen.width / 3));
  for (const cellWidth of [...numbered, Math.max(2, forLabel), 2]) {
    if (labelWidth + 1 + cols * cellWidth <= pen.width)
      return { cellWidth, labelWidth, hasNumbers: cellWidth === numbered[0] };
  }
  return { cellWidth: 1, labelWidth: Math.min(longest.row, pen.width - 1 - cols), hasNumbers: false };
}

/** Writes labels above their columns. If cells are narrower than labels, it writes an index at regular distances. */
function drawHead({ colNames, cols, wide, cellWidth, labelWidth }: Picture, pen: Pen) {
  const margin = " ".repeat(labelWidth + 1);
  if (cellWidth <= 2 && cellWidth <= widest(colNames)) {
    const ruler = { width: cols * cellWidth, blanks: 1, columnOf: (col: number) => col * cellWidth };
    const indices = colNames.map((_, col) => String(col * wide));
    return margin + pen.painter.paint("label", drawRuler(indices, ruler, pen));
  }
  const names = colNames.map((name) =>
    alignTo(truncate(name, cellWidth - 1, pen.glyphs.cut), cellWidth, "left"),
  );
  return margin + pen.painter.paint("label", names.join("").trimEnd());
}

function drawRow(picture: Picture, row: number, pen: Pen) {
  const { rowNames, rowAlign, cells, texts, labelWidth, hasNumbers } = picture;
  const name = alignTo(truncate(rowNames[row], labelWidth, pen.glyphs.cut), labelWidth, rowAlign);
  const values = cells[row];
  let drawn = "";
  for (let col = 0, end = 0; col < values.length; col = end) {
    // Neighbours that look the same are painted together, which keeps the text of a large map short.
    end = col + 1;
    while (!hasNumbers && end < values.length && Object.is(values[end], values[col])) end++;
    drawn += drawCells(values[col], end - col, hasNumbers ? texts[row][col] : "", picture, pen);
  }
  return `${pen.painter.paint("label", name)} ${drawn}`;
}

/** Draws `count` cells of the same value side by side. */
function drawCells(
  value: number | undefined,
  count: number,
  text: string,
  { cellWidth, scale }: Picture,
  pen: Pen,
) {
  const sign = signOf(value, pen);
  if (sign !== undefined) return pen.painter.paint("masked", center(sign, cellWidth).repeat(count));
  const own = value ?? 0;
  if (pen.painter.hasShades)
    return pen.painter.shade(placeOnScale(own, scale), center(text, cellWidth).repeat(count));
  const { shades } = pen.glyphs;
  const fraction = scale.isSigned ? Math.abs(own) / scale.high : placeOnScale(own, scale);
  const shade = shades[Math.min(shades.length - 1, Math.floor(fraction * shades.length))];
  // Below zero, a minus is in the middle of the shade. A cell with the lowest shade gets none.
  if (!scale.isSigned || own >= 0 || shade === shades[0]) return shade.repeat(cellWidth * count);
  const before = Math.floor((cellWidth - 1) / 2);
  return (shade.repeat(before) + pen.spell("−") + shade.repeat(cellWidth - 1 - before)).repeat(count);
}

function explainScale({ scale }: Picture, { view }: HeatMap, pen: Pen) {
  // With a minus for the sign, shades show only the magnitude.
  const { low, high } = scale.isSigned && !pen.painter.hasShades ? { low: 0, high: scale.high } : scale;
  const { shades } = pen.glyphs;
  const bar = pen.painter.hasShades
    ? tabulate(SCALE_STEPS, (step) => pen.painter.shade(step / (SCALE_STEPS - 1), " ")).join("")
    : shades.join("");
  const write = (end: number, precision: Precision) =>
    pen.painter.paint("dim", pen.spell(chooseFormat([Float64Array.of(end)], precision)(end)));
  // A narrow map has room for fewer digits.
  const lines = [view.precision, 2].map(
    (precision) => `${write(low, precision)} ${bar} ${write(high, precision)}`,
  );
  return high > low ? lines.filter((line) => widthOf(line) <= pen.width).slice(0, 1) : [];
}

function explainCells({ cells, scale, tall, wide }: Picture, pen: Pen) {
  const values = cells.flat();
  const { masked, notANumber } = pen.glyphs;
  const notes = present([
    values.includes(undefined) && `${masked} masked`,
    values.some((value) => Number.isNaN(value)) && `${notANumber} not a number`,
    scale.isSigned && !pen.painter.hasShades && `${pen.spell("−")} below 0`,
    tall * wide > 1 && `${pen.width < NARROW ? "" : "each cell shows the "}largest of ${tall}×${wide}`,
  ]);
  return notes.flatMap((note) => wrapText(pen, "dim", note));
}

function center(text: string, width: number) {
  const left = Math.ceil((width - widthOf(text)) / 2);
  return alignTo(" ".repeat(Math.max(0, left)) + text, width, "left");
}

/** The range of the shades: nothing at `low`, which is 0 unless there are negative numbers. */
export interface Scale extends Range {
  /** Whether zero is in the middle. Shades then show magnitudes, and signs are marked. */
  readonly isSigned: boolean;
}

/** Returns a scale for all values; undefined values are blocked. If numbers have signs, zero is in its middle. */
export function scaleOf(values: readonly (number | undefined)[], hasSigns = false): Scale {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value === undefined || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!hasSigns || low === 0 || high === 0) return { low, high, isSigned: false };
  const most = Math.max(-low, high);
  return { low: -most, high: most, isSigned: true };
}

/** Returns the place of a value on a scale, from 0 to 1. */
export const placeOnScale = (value: number, scale: Scale) =>
  value > scale.low ? Math.min(1, shareOf(value, scale)) : 0;
