import { tabulate } from "../math/lists.js";
import type { Pen } from "./pen.js";

/** Rows of a chart, less one. */
export const HEIGHT = 10;

/** A vertical range: `rows` are counted from 0 at `low` to HEIGHT at `high`. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** A sign of a curve at a place of the canvas. */
interface Mark {
  readonly curve: number;
  readonly sign: string;
}

/** Lines from the top, and whether curves share a place somewhere. */
export interface Canvas {
  readonly lines: readonly string[];
  readonly isShared: boolean;
}

/** Curves on one canvas; `curves` have a value a column, and what is not finite is a gap. */
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
  const shown = takeTurns(marks, width);
  const paint = (mark: Mark | undefined) => (mark ? pen.painter.curve(mark.curve, mark.sign) : " ");
  return {
    lines: tabulate(HEIGHT + 1, (row) =>
      shown
        .slice(row * width, (row + 1) * width)
        .map(paint)
        .join(""),
    ),
    isShared: marks.some((place) => place.length > 1),
  };
}

/** The mark that is shown at each place: where curves meet, that of the curve which shows least, so that none is hidden. */
function takeTurns(marks: readonly (readonly Mark[])[], width: number): (Mark | undefined)[] {
  const shows = new Map<number, number>();
  const count = ({ curve }: Mark) => shows.get(curve) ?? 0;
  const show = (mark: Mark) => shows.set(mark.curve, count(mark) + 1);
  const shown = marks.map((place) => (place.length === 1 ? place[0] : undefined));
  for (const mark of shown) if (mark) show(mark);
  for (let col = 0; col < width; col++) {
    for (let at = col; at < marks.length; at += width) {
      if (marks[at].length < 2) continue;
      const next = marks[at].reduce((least, mark) => (count(mark) < count(least) ? mark : least));
      show(next);
      shown[at] = next;
    }
  }
  return shown;
}

const rowAt = (value: number, range: Range): number => Math.round(shareOf(value, range) * HEIGHT);

/** How far a value lies between two others. Halves first: the difference of two numbers may be too large for a number. */
export const shareOf = (value: number, { low, high }: Range): number =>
  (value / 2 - low / 2) / (high / 2 - low / 2);

/**
 * One curve on rows from the top. The chart library is given whole rows, since it rounds a value and the minimum
 * apart and so draws one in four on the wrong row; and no gaps, since it cannot draw any.
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

/** A gap takes the row of the value after it, so that only the gap's own column has to stay blank. */
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

/** Line signs that differ from curve to curve, and letters when there are more curves than those. */
export function signsOf(index: number, { glyphs }: Pen): string {
  return glyphs.lines[index] ?? String.fromCharCode(97 + (index % 26)).repeat(6);
}
