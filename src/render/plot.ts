import { tabulate } from "../math/lists.js";
import { columnOf } from "../math/matrix.js";
import { extremesOf } from "../math/rows.js";
import type { Curves } from "./document.js";
import { alignTo, nameAlong, showLabel, widest, widthOf } from "./label.js";
import { chooseFormat, formatExact, type Precision } from "./number.js";
import { type Pen, write } from "./pen.js";
import { resample } from "./resample.js";
import { unbroken, wrapSpans, wrapText } from "./wrap.js";

/** The number of rows of a chart, minus one. */
const HEIGHT = 10;

/** A vertical range. Rows count from 0 at `low` to HEIGHT at `high`. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/**
 * Draws curves on one canvas, and says whether they meet anywhere. Each curve has one value per column; a value that is
 * not finite leaves a gap.
 */
async function drawCurves(curves: readonly (readonly number[])[], range: Range, pen: Pen) {
  const width = curves[0].length;
  const marks = tabulate((HEIGHT + 1) * width, (): { curve: number; sign: string }[] => []);
  for (const [curve, values] of curves.entries()) {
    const rows = await drawCurve(values, range, signsOf(curve, pen));
    for (const [row, line] of rows.entries()) {
      for (const [col, sign] of Array.from(line).entries()) {
        if (sign !== " " && Number.isFinite(values[col])) marks[row * width + col].push({ curve, sign });
      }
    }
  }
  // Where curves meet, they take turns from column to column, so that no curve is hidden.
  const drawn = marks.map((place, at) => {
    const mark = place.at((at % width) % Math.max(1, place.length));
    return mark ? pen.painter.curve(mark.curve, mark.sign) : " ";
  });
  return {
    lines: tabulate(HEIGHT + 1, (row) => drawn.slice(row * width, (row + 1) * width).join("")),
    isShared: marks.some((place) => place.length > 1),
  };
}

/**
 * Returns how far a value is between `low` and `high`, from 0 to 1. It halves first, because the difference of two
 * numbers may overflow.
 */
export const shareOf = (value: number, { low, high }: Range) => (value / 2 - low / 2) / (high / 2 - low / 2);

/**
 * Draws one curve, on rows from the top. The chart library gets whole rows: it rounds a value and the minimum
 * separately, and would draw one in four on the wrong row. It also gets no gaps, because it cannot draw any.
 */
async function drawCurve(values: readonly number[], range: Range, signs: string) {
  const { default: asciichart } = await import("asciichart");
  const rows = fillGaps(values.map((value) => Math.round(shareOf(value, range) * HEIGHT)));
  const [level, fallen, risen, falling, rising, upright] = signs;
  const chart = asciichart.plot([rows[0], ...rows], {
    min: 0,
    max: HEIGHT,
    height: HEIGHT,
    offset: 1,
    format: () => " ",
    symbols: [" ", " ", " ", " ", level, fallen, risen, falling, rising, upright],
  });
  // The first column is the library's own axis.
  return chart.split("\n").map((line) => line.slice(1));
}

/** Fills each gap with the row of the next value, so that only the gap's own column has to stay blank. */
function fillGaps(rows: readonly number[]) {
  let next = rows.findLast(Number.isFinite) ?? 0;
  return rows
    .toReversed()
    .map((row) => {
      if (Number.isFinite(row)) next = row;
      return next;
    })
    .toReversed();
}

/**
 * Returns line signs that differ from curve to curve. If there are more curves than sets of signs, it returns letters.
 */
function signsOf(index: number, { glyphs }: Pen) {
  return glyphs.lines[index] ?? String.fromCharCode(97 + (index % 26)).repeat(6);
}

interface Curve {
  readonly name: string;
  readonly values: Float64Array;
}

/**
 * Writes a chart of the chosen columns over the rows, with the values at its left, the rows below, and a legend. A value
 * that is not finite leaves a gap, and a line says where.
 */
export async function writeCurves(
  { matrix, axes: [rows, cols], columns, view: { precision } }: Curves,
  pen: Pen,
): Promise<string[]> {
  const curves = columns.map((col) => ({ name: nameAlong(cols, col), values: columnOf(matrix, col) }));
  const range = rangeOf(curves);
  const missing = curves.flatMap(missingText).flatMap((text) => wrapText(pen, "dim", text));
  if (!range) return [...wrapText(pen, "dim", "there is nothing to draw"), ...missing];
  const values = valuesOfRows(range, precision, pen);
  const side = widest(values);
  const sampled = curves.map((curve) => resample(curve.values, Math.max(2, pen.width - side - 2)));
  const canvas = await drawCurves(
    sampled.map((curve) => curve.values),
    range,
    pen,
  );
  const width = sampled[0].values.length;
  const names = rows.labels ?? tabulate(matrix.rows, String);
  const blanks = " ".repeat(side + 1);
  return [
    ...canvas.lines.map((line, row) => {
      const value = write(pen, "dim", `${alignTo(values[row], side, "right")} ${pen.glyphs.side}`);
      return (value + line).trimEnd();
    }),
    write(pen, "dim", blanks + pen.glyphs.corner + pen.glyphs.rule.repeat(width)),
    write(pen, "dim", `${blanks} ${drawRuler(names, { width, columnOf: sampled[0].columnOf }, pen)}`),
    ...wrapText(pen, "dim", `${blanks} ${rows.name}`),
    ...drawLegend(curves, precision, pen),
    ...(canvas.isShared ? wrapText(pen, "dim", "overlapping curves take turns") : []),
    ...missing,
  ];
}

function rangeOf(curves: readonly Curve[]) {
  const [low, high] = extremesOf(curves.flatMap(({ values }) => Array.from(values)).filter(Number.isFinite));
  if (low > high) return undefined;
  // A constant is in the middle of a range chosen around it.
  const around = low === high ? Math.abs(low) / 10 || 1 : 0;
  return onRoundValues({ low: low - around, high: high + around });
}

/** Extends a range so that every row has a round value: whole multiples of 1, 2, 2.5 or 5 times 10^n. */
function onRoundValues(range: Range) {
  const height = range.high / HEIGHT - range.low / HEIGHT;
  const power = 10 ** Math.floor(Math.log10(height));
  for (const digits of [1, 2, 2.5, 5, 10, 20]) {
    const step = digits * power;
    const first = Math.floor(range.low / step + ON_THE_ROW);
    const last = first + HEIGHT;
    if (
      range.high / step <= last + ON_THE_ROW &&
      Number.isFinite(first * step) &&
      Number.isFinite(last * step)
    ) {
      return { low: first * step, high: last * step };
    }
  }
  return range;
}

/** A value this near to a row counts as on the row: 0.1 + 0.2 is 0.3. */
const ON_THE_ROW = 1e-9;

/** Returns the value of every row, from the top. */
function valuesOfRows({ low, high }: Range, precision: Precision, pen: Pen) {
  const values = Float64Array.from({ length: HEIGHT + 1 }, (_, row) => {
    const share = row / HEIGHT;
    const value = high * (1 - share) + low * share;
    // A row within a hundredth of its height of 0 is labelled 0, not 4.9e-6.
    return Math.abs(value) < (high / 2 - low / 2) * 2e-3 ? 0 : value;
  });
  const format = chooseFormat([values], precision === "full" ? 4 : precision);
  return Array.from(values, (value) => pen.spell(format(value)));
}

/** Writes names of points below or above a picture at regular distances, as far as they fit, with blanks between. */
export function drawRuler(
  names: readonly string[],
  { width, columnOf, blanks = 2 }: { width: number; blanks?: number; columnOf(point: number): number },
  pen: Pen,
) {
  const points = names.length;
  const spelled = names.map((name) => pen.spell(showLabel(name)));
  const room = widest(spelled) + blanks;
  const step = STEPS.find((every) => every >= points || columnOf(every) >= room) ?? points;
  let ruler = "";
  for (let point = 0; point < points; point += step) {
    const [col, name] = [columnOf(point), spelled[point]];
    if (col + widthOf(name) <= width) ruler = alignTo(ruler, col, "left") + name;
  }
  return ruler;
}

const STEPS = [1, 2, 5].flatMap((digit) => tabulate(7, (power) => digit * 10 ** power)).sort((a, b) => a - b);

/** Writes the sign and name of each curve, and its first and last value, so that it can be found without its colour. */
function drawLegend(curves: readonly Curve[], precision: Precision, pen: Pen) {
  const format = chooseFormat(
    curves.map(({ values }) => values),
    precision === "full" ? 4 : precision,
  );
  return curves.flatMap(({ name, values }, index) => {
    const sign = pen.painter.curve(index, signsOf(index, pen)[0].repeat(2));
    const ends = [values[0], values[values.length - 1]].map(format).join(" … ");
    const lines = wrapSpans({ ...pen, width: Math.max(1, pen.width - 3) }, [
      { text: showLabel(name), tone: "plain" },
      { text: `  ${unbroken(ends)}`, tone: "dim" },
    ]);
    return lines.map((line, at) => `${at === 0 ? sign : "  "} ${line}`);
  });
}

const MOST_LISTED = 5;

/** Returns "2 of 7 values not drawn: NaN at 3, −∞ at 5", or nothing if all are drawn. */
function missingText({ name, values }: Curve) {
  const places = Array.from(values.keys()).filter((position) => !Number.isFinite(values[position]));
  if (places.length === 0) return [];
  const listed = places.slice(0, MOST_LISTED).map((place) => `${formatExact(values[place])} at ${place}`);
  const rest = places.length > MOST_LISTED ? ", …" : "";
  return [`${name}: ${places.length} of ${values.length} values not drawn: ${listed.join(", ")}${rest}`];
}
