import { tabulate } from "../math/lists.js";
import type { Pen } from "./pen.js";

/** The number of rows of a chart, minus one. */
export const HEIGHT = 10;

/** A vertical range. Rows count from 0 at `low` to HEIGHT at `high`. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** A sign of a curve at one place of the canvas. */
interface Mark {
  readonly curve: number;
  readonly sign: string;
}

/** Lines from the top, and whether curves meet anywhere. */
export interface Canvas {
  readonly lines: readonly string[];
  readonly isShared: boolean;
}

/** Draws curves on one canvas. Each curve has one value per column; a value that is not finite leaves a gap. */
export async function drawCurves(
  curves: readonly (readonly number[])[],
  range: Range,
  pen: Pen,
): Promise<Canvas> {
  const width = curves[0].length;
  const marks = tabulate((HEIGHT + 1) * width, (): Mark[] => []);
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

const rowAt = (value: number, range: Range): number => Math.round(shareOf(value, range) * HEIGHT);

/**
 * Returns how far a value is between `low` and `high`, from 0 to 1. It halves first, because the difference of two
 * numbers may overflow.
 */
export const shareOf = (value: number, { low, high }: Range): number =>
  (value / 2 - low / 2) / (high / 2 - low / 2);

/**
 * Draws one curve, on rows from the top. The chart library gets whole rows: it rounds a value and the minimum
 * separately, and would draw one in four on the wrong row. It also gets no gaps, because it cannot draw any.
 */
async function drawCurve(values: readonly number[], range: Range, signs: string): Promise<string[]> {
  const { default: asciichart } = await import("asciichart");
  const rows = fillGaps(values.map((value) => rowAt(value, range)));
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
function fillGaps(rows: readonly number[]): number[] {
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
export function signsOf(index: number, { glyphs }: Pen): string {
  return glyphs.lines[index] ?? String.fromCharCode(97 + (index % 26)).repeat(6);
}
