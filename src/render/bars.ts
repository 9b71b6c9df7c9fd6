import { tabulate } from "../math/lists.js";
import { cellOf, isTrue } from "../math/matrix.js";
import { setting } from "../setting-names.js";
import type { Bars } from "./document.js";
import { alignTo, labelsOf, truncate, widest } from "./label.js";
import { chooseFormat, type FormatNumber } from "./number.js";
import { type Pen, write } from "./pen.js";
import { fitRows } from "./sheet.js";

/** In a row with more keys than this, only the largest are shown. */
const MOST_BARS = 8;
const WIDEST_LABEL = 12;
const SHORTEST_BAR = 4;

interface Bar {
  readonly name: string;
  readonly value: number;
  readonly isBlocked: boolean;
}

/**
 * Draws a bar per column for every row; its length is the number. If there are many columns, only the largest are
 * drawn.
 */
export function* writeBars({ matrix, axes, blocked, view }: Bars, pen: Pen): Generator<string> {
  const [rowLabels, colLabels] = axes.map(labelsOf);
  const nameOf = (label: string) => truncate(pen.spell(label), WIDEST_LABEL, pen.glyphs.cut);
  const shownRows = fitRows(matrix.rows, view.full);
  const format = chooseFormat([matrix.data], view.precision, view.tiny);
  const barsOf = (row: number): Bar[] =>
    tabulate(matrix.cols, (col) => ({
      name: nameOf(colLabels.at(col)),
      value: cellOf(matrix, row, col),
      isBlocked: isTrue(blocked, row, col),
    }));
  const rowNames = shownRows.rows.map((row) => nameOf(rowLabels.at(row)));
  const rowWidth = widest(rowNames);
  for (const [index, row] of shownRows.rows.entries()) {
    if (index === shownRows.gapAfter) {
      yield `${write(pen, "dim", `${pen.glyphs.ellipsis} ${matrix.rows - shownRows.rows.length} more rows: ${setting("full")}`)}\n`;
    }
    const bars = barsOf(row);
    const shown = view.full ? bars : largestOf(bars);
    const lines = drawBars(shown, bars.length, format, { ...pen, width: pen.width - rowWidth - 1 });
    for (const [line, text] of lines.entries()) {
      const name = alignTo(line === 0 ? rowNames[index] : "", rowWidth, "left");
      yield `${`${pen.painter.paint("label", name)} ${text}`.trimEnd()}\n`;
    }
  }
}

/** Returns all bars, or the largest ones in their original order. */
function largestOf(bars: readonly Bar[]): readonly Bar[] {
  if (bars.length <= MOST_BARS) return bars;
  const kept = new Set([...bars].sort((a, b) => b.value - a.value).slice(0, MOST_BARS - 1));
  return bars.filter((bar) => kept.has(bar));
}

function drawBars(bars: readonly Bar[], count: number, format: FormatNumber, pen: Pen) {
  const texts = bars.map(({ value, isBlocked }) =>
    isBlocked && value === 0 ? pen.glyphs.masked : pen.spell(format(value)),
  );
  const nameWidth = widest(bars.map(({ name }) => name));
  const textWidth = widest(texts);
  const room = Math.max(SHORTEST_BAR, pen.width - nameWidth - textWidth - 2);
  const lines = bars.map(({ name, value }, index) => {
    const length = Math.round(Math.min(1, Math.max(0, value || 0)) * room);
    const bar = alignTo((pen.glyphs.shades.at(-1) ?? "").repeat(length), room, "left");
    return `${alignTo(name, nameWidth, "left")} ${bar} ${alignTo(texts[index], textWidth, "right")}`;
  });
  if (bars.length < count)
    lines.push(
      write(pen, "dim", `${pen.glyphs.ellipsis} ${count - bars.length} smaller ones: ${setting("full")}`),
    );
  return lines;
}
