import { setting } from "../errors.js";
import { tabulate } from "../math/lists.js";
import { cellOf, isTrue } from "../math/matrix.js";
import type { Bars } from "./document.js";
import { alignTo, labelsOf, truncate, widest } from "./label.js";
import { chooseFormat } from "./number.js";
import { type Pen, write } from "./pen.js";
import { fitRows } from "./sheet.js";

/** In a row with more keys than this, only the largest are shown. */
const MOST_BARS = 8;
const WIDEST_LABEL = 12;
const SHORTEST_BAR = 4;

interface Bar {
  readonly name: string;
  readonly value: number;
  readonly text: string;
}

/**
 * Draws a bar per column for every row; its length is the number. If there are many columns, only the largest are
 * drawn.
 */
export function* writeBars({ matrix, axes, blocked, view }: Bars, pen: Pen): Generator<string> {
  const { glyphs } = pen;
  const [rowNames, colNames] = axes.map((axis) => (at: number) => {
    return truncate(pen.spell(labelsOf(axis).at(at)), WIDEST_LABEL, glyphs.cut);
  });
  const format = chooseFormat([matrix.data], view.precision, view.tiny);
  const { rows, gapAfter } = fitRows(matrix.rows, view.full);
  const rowWidth = widest(rows.map(rowNames));
  for (const [index, row] of rows.entries()) {
    if (index === gapAfter) {
      const more = matrix.rows - rows.length;
      yield `${write(pen, "dim", `${glyphs.ellipsis} ${more} more rows: ${setting("full")}`)}\n`;
    }
    const bars = tabulate(matrix.cols, (col): Bar => {
      const value = cellOf(matrix, row, col);
      const isMasked = value === 0 && isTrue(blocked, row, col);
      return { name: colNames(col), value, text: isMasked ? glyphs.masked : pen.spell(format(value)) };
    });
    const lines = drawBars(view.full ? bars : largestOf(bars), pen.width - rowWidth - 1, glyphs);
    if (lines.length < bars.length) {
      const more = `${glyphs.ellipsis} ${bars.length - lines.length} smaller ones: ${setting("full")}`;
      lines.push(write(pen, "dim", more));
    }
    for (const [line, text] of lines.entries()) {
      const name = alignTo(line === 0 ? rowNames(row) : "", rowWidth, "left");
      yield `${`${pen.painter.paint("label", name)} ${text}`.trimEnd()}\n`;
    }
  }
}

/** Returns all bars, or the largest ones in their original order. */
function largestOf(bars: readonly Bar[]) {
  if (bars.length <= MOST_BARS) return bars;
  const kept = bars.toSorted((a, b) => b.value - a.value).slice(0, MOST_BARS - 1);
  return bars.filter((bar) => kept.includes(bar));
}

function drawBars(bars: readonly Bar[], width: number, { shades }: Pen["glyphs"]) {
  const nameWidth = widest(bars.map(({ name }) => name));
  const textWidth = widest(bars.map(({ text }) => text));
  const room = Math.max(SHORTEST_BAR, width - nameWidth - textWidth - 2);
  return bars.map(({ name, value, text }) => {
    const length = Math.round(Math.min(1, Math.max(0, value || 0)) * room);
    const bar = shades[shades.length - 1].repeat(length);
    return `${alignTo(name, nameWidth, "left")} ${alignTo(bar, room, "left")} ${alignTo(text, textWidth, "right")}`;
  });
}
