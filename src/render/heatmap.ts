import { tabulate } from "../math/lists.js";
import { type Range, shareOf } from "./canvas.js";
import type { HeatMap } from "./document.js";
import { alignTo, labelsOf, truncate, widest, widthOf } from "./label.js";
import { chooseFormat, type Precision } from "./number.js";
import type { Pen } from "./pen.js";
import { type Pooled, poolByMaximum } from "./pool.js";
import type { Align } from "./table.js";
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

/** A heat map ready to be drawn: cells (undefined = blocked), their texts, and the labels at their sides. */
interface Picture {
  readonly cells: readonly (readonly (number | undefined)[])[];
  readonly texts: readonly (readonly string[])[];
  readonly rowNames: readonly string[];
  readonly colNames: readonly string[];
  readonly rowAlign: Align;
  readonly scale: Scale;
}

interface Layout {
  readonly cellWidth: number;
  readonly labelWidth: number;
  readonly hasNumbers: boolean;
}

/**
 * Writes the heat map with column labels above and its scale below. It uses colours if there are enough of them,
 * otherwise shade characters. If it does not fit, each cell shows the largest of several, and a line says so.
 */
export function* writeHeatMap(map: HeatMap, pen: Pen): Generator<string> {
  const mostRows = map.view.full ? map.matrix.rows : (map.mostRows ?? MOST_ROWS);
  const mostCols = Math.max(1, pen.width - 1 - SHORTEST_LABEL);
  const pooled = poolByMaximum(map.matrix, map.blocked, mostRows, mostCols, map.hasSigns);
  const picture = composePicture(map, pooled, pen);
  const layout = chooseLayout(picture, pooled, pen);
  yield `${drawHead(picture, pooled, layout, pen).trimEnd()}\n`;
  for (let row = 0; row < pooled.rows; row++) yield `${drawRow(picture, row, layout, pen).trimEnd()}\n`;
  for (const line of [...explainScale(picture, map, pen), ...explainCells(picture, pooled, pen)])
    yield `${line}\n`;
}

function composePicture({ matrix, axes, view, hasSigns }: HeatMap, pooled: Pooled, pen: Pen): Picture {
  const [rowLabels, colLabels] = axes.map(labelsOf);
  const cells = tabulate(pooled.rows, (row) => tabulate(pooled.cols, (col) => pooled.at(row, col)));
  const format = chooseFormat([matrix.data], view.precision === "full" ? 2 : Math.min(2, view.precision));
  return {
    cells,
    texts: cells.map((row) => row.map((value) => signOf(value, pen) ?? pen.spell(format(value ?? 0)))),
    rowNames: cells.map((_, row) => pen.spell(rowLabels.at(row * pooled.tall))),
    colNames: cells[0]?.map((_, col) => pen.spell(colLabels.at(col * pooled.wide))) ?? [],
    rowAlign: rowLabels.kind === "index" ? "right" : "left",
    scale: scaleOf(cells.flat(), hasSigns),
  };
}

/** Returns the sign in a cell that has no place on the scale. */
function signOf(value: number | undefined, { glyphs }: Pen): string | undefined {
  if (value === undefined) return glyphs.masked;
  return Number.isNaN(value) ? glyphs.notANumber : undefined;
}

/**
 * Chooses the widest cells that fit: with their number (in colour), as wide as the column labels, two columns, or one.
 */
function chooseLayout({ texts, rowNames, colNames }: Picture, { cols, wide }: Pooled, pen: Pen): Layout {
  const natural = widest(rowNames);
  const forLabel = Math.min(widest(colNames) + 1, WIDEST_CELL);
  const forNumber = Math.max(forLabel, widest(texts.flat()) + 2);
  const numbered = pen.painter.hasShades && cols <= MOST_NUMBERED && wide === 1 ? [forNumber] : [];
  const labelWidth = Math.min(natural, Math.floor(pen.width / 3));
  for (const cellWidth of [...numbered, Math.max(2, forLabel), 2]) {
    if (labelWidth + 1 + cols * cellWidth <= pen.width) {
      return { cellWidth, labelWidth, hasNumbers: cellWidth === numbered[0] };
    }
  }
  return { cellWidth: 1, labelWidth: Math.min(natural, pen.width - 1 - cols), hasNumbers: false };
}

/** Writes labels above their columns. If cells are narrower than labels, it writes an index at regular distances. */
function drawHead({ colNames }: Picture, pooled: Pooled, { cellWidth, labelWidth }: Layout, pen: Pen) {
  const margin = " ".repeat(labelWidth + 1);
  const fits = cellWidth > 2 || cellWidth > widest(colNames);
  const names = colNames.map((name) =>
    alignTo(truncate(name, cellWidth - 1, pen.glyphs.cut), cellWidth, "left"),
  );
  return margin + pen.painter.paint("label", fits ? names.join("").trimEnd() : drawRuler(pooled, cellWidth));
}

function drawRuler({ cols, wide }: Pooled, cellWidth: number): string {
  const room = String((cols - 1) * wide).length + 1;
  const step = [1, 2, 5, 10, 20, 50].find((every) => every * cellWidth >= room) ?? 100;
  let ruler = "";
  for (let col = 0; col < cols; col += step) {
    const mark = String(col * wide);
    if (col * cellWidth + mark.length <= cols * cellWidth) ruler = ruler.padEnd(col * cellWidth) + mark;
  }
  return ruler;
}

function drawRow(picture: Picture, row: number, layout: Layout, pen: Pen): string {
  const { rowNames, rowAlign, cells, texts } = picture;
  const { labelWidth, hasNumbers } = layout;
  const name = alignTo(truncate(rowNames[row], labelWidth, pen.glyphs.cut), labelWidth, rowAlign);
  const values = cells[row];
  let drawn = "";
  for (let col = 0, end = 0; col < values.length; col = end) {
    // Neighbours that look the same are painted together, which keeps the text of a large map short.
    end = hasNumbers ? col + 1 : endOfRun(values, col);
    const text = hasNumbers ? texts[row][col] : "";
    drawn += drawCells(values[col], end - col, text, { ...layout, scale: picture.scale }, pen);
  }
  return `${pen.painter.paint("label", name)} ${drawn}`;
}

function endOfRun<T>(values: readonly T[], start: number): number {
  let end = start + 1;
  while (end < values.length && Object.is(values[end], values[start])) end++;
  return end;
}

/** Draws `count` cells of the same value side by side. */
function drawCells(
  value: number | undefined,
  count: number,
  text: string,
  { cellWidth, scale }: { readonly cellWidth: number; readonly scale: Scale },
  pen: Pen,
): string {
  const sign = signOf(value, pen);
  if (sign !== undefined) return pen.painter.paint("masked", center(sign, cellWidth).repeat(count));
  const own = value ?? 0;
  if (pen.painter.hasShades)
    return pen.painter.shade(placeOnScale(own, scale), center(text, cellWidth).repeat(count));
  const shade = shadeCharacter(own, scale, pen);
  // A cell with the lowest shade gets no sign.
  const isMarked = scale.isSigned && own < 0 && shade !== pen.glyphs.shades[0];
  return (isMarked ? markedCell(shade, cellWidth, pen) : shade.repeat(cellWidth)).repeat(count);
}

/** Draws a cell below zero without colour: a minus in the middle of its shade. */
function markedCell(shade: string, width: number, pen: Pen): string {
  const before = Math.floor((width - 1) / 2);
  return shade.repeat(before) + pen.spell("−") + shade.repeat(width - 1 - before);
}

function explainScale({ scale }: Picture, { view }: HeatMap, pen: Pen): string[] {
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

function explainCells({ cells, scale }: Picture, { tall, wide }: Pooled, pen: Pen): string[] {
  const values = cells.flat();
  const { masked, notANumber } = pen.glyphs;
  const notes = [
    ...(values.includes(undefined) ? [`${masked} masked`] : []),
    ...(values.some((value) => Number.isNaN(value)) ? [`${notANumber} not a number`] : []),
    ...(scale.isSigned && !pen.painter.hasShades ? [`${pen.spell("−")} below 0`] : []),
    ...(tall * wide > 1
      ? [`${pen.width < NARROW ? "" : "each cell shows the "}largest of ${tall}×${wide}`]
      : []),
  ];
  return notes.flatMap((note) => wrapText(pen, "dim", note));
}

function center(text: string, width: number): string {
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
export const placeOnScale = (value: number, scale: Scale): number =>
  value > scale.low ? Math.min(1, shareOf(value, scale)) : 0;

/** Returns the shade of a value. On a signed scale it shows the magnitude. */
function shadeCharacter(value: number, scale: Scale, { glyphs: { shades } }: Pen): string {
  const fraction = scale.isSigned ? Math.abs(value) / scale.high : placeOnScale(value, scale);
  return shades[Math.min(shades.length - 1, Math.floor(fraction * shades.length))];
}
