import type { Axis } from "../../trace/axis.js";
import type { HeatMap } from "../document.js";
import { labelsOf } from "../label.js";
import { chooseFormat, type FormatNumber } from "../number.js";
import { type Pooled, poolByMaximum } from "../pool.js";
import {
  type Drawing,
  FAINT,
  LETTER,
  type Point,
  type Shape,
  textAt,
  widestText,
  widthOfText,
} from "./drawing.js";
import { fillOf, inkOn, largestMagnitude, MASKED, shadeOf } from "./shades.js";

/** Cells with numbers are so high; up to so many columns have room for them. */
const CELL_HEIGHT = 24;
const MOST_NUMBERED = 16;
/** A map without numbers is about so wide. */
const MAP_SIZE = 384;
const SMALL_SIZE = 144;
const LONGEST_LABEL = 12;
/** Larger ones are made smaller: a wall of pixels shows no more. */
const MOST_CELLS = 1024;
const SCALE_WIDTH = 96;

/**
 * A heat map with its labels, its numbers where they fit, and its scale. `isSmall` is one of several beside each other. Where there are
 * more cells than a picture shows, each is the largest of several, and a line says so.
 */
export function drawHeatMap(map: HeatMap, title: string, isSmall = false): Drawing {
  const { matrix, axes, view } = map;
  const pooled = poolByMaximum(matrix, map.blocked, MOST_CELLS, MOST_CELLS, true);
  const { rows, cols, tall, wide } = pooled;
  const rowNames = namesOf(axes[0], rows, tall);
  const colNames = namesOf(axes[1], cols, wide);
  const format = chooseFormat([matrix.data], view.precision === "full" ? 3 : Math.min(3, view.precision));
  const hasNumbers = !isSmall && cols <= MOST_NUMBERED && rows <= 2 * MOST_NUMBERED;
  const texts = hasNumbers ? Array.from(matrix.data, format) : [];
  const plain = sideOfCell(isSmall ? SMALL_SIZE : MAP_SIZE, rows, cols);
  const cell: Cells = hasNumbers
    ? { width: widestText([...texts, ...colNames]) + 10, height: CELL_HEIGHT, texts }
    : { width: plain, height: plain };
  const left = widestText(rowNames) + 6;
  const top = LETTER.height + 6;
  const bottom = top + rows * cell.height;
  const largest = largestMagnitude(matrix.data);
  const scale = drawScale(matrix.data, largest, format, [left, bottom + 10]);
  const note = tall * wide > 1 ? `each cell is the largest of ${tall}×${wide}` : "";
  const rowAt = (at: number) => [left - 6, top + at * cell.height + cell.height / 2] as const;
  const colAt = (at: number) => [left + at * cell.width + cell.width / 2, LETTER.height / 2] as const;
  return {
    title,
    width: Math.max(left + cols * cell.width, scale.right, left + widthOfText(note)),
    height: bottom + 10 + LETTER.height + (note === "" ? 0 : 2 * LETTER.height),
    shapes: [
      ...drawCells(pooled, cell, largest, [left, top]),
      ...labelled(rowNames, cell.height, rowAt, "end", LETTER.height),
      ...labelled(colNames, cell.width, colAt, "middle", Math.max(1, widestText(colNames)) + 4),
      ...scale.shapes,
      ...(note === "" ? [] : [textAt(left, bottom + 10 + 2 * LETTER.height, note, { fill: FAINT })]),
    ],
  };
}

/** How cells are drawn: their size, and what is written in each, row after row, where there is room. */
interface Cells {
  readonly width: number;
  readonly height: number;
  readonly texts?: readonly string[];
}

const sideOfCell = (size: number, rows: number, cols: number) =>
  Math.max(1, Math.min(CELL_HEIGHT, Math.floor(size / Math.max(rows, cols, 1))));

function drawCells(pooled: Pooled, cells: Cells, largest: number, [left, top]: Point): Shape[] {
  const { width, height, texts } = cells;
  const shapes: Shape[] = [];
  for (let row = 0; row < pooled.rows; row++) {
    for (let col = 0; col < pooled.cols; col++) {
      const value = pooled.at(row, col);
      const shade = shadeOf(value ?? 0, largest);
      const [x, y] = [left + col * width, top + row * height];
      shapes.push({ kind: "rect", x, y, width, height, fill: value === undefined ? MASKED : fillOf(shade) });
      if (!texts) continue;
      const [text, fill] =
        value === undefined ? ["·", FAINT] : [texts[row * pooled.cols + col], inkOn(shade)];
      shapes.push(textAt(x + width / 2, y + height / 2, text, { anchor: "middle", fill }));
    }
  }
  return shapes;
}

/** The names of every so many rows or columns, cut where they are long. */
const namesOf = (axis: Axis, count: number, every: number): string[] =>
  Array.from({ length: count }, (_, position) => {
    const name = Array.from(labelsOf(axis).at(position * every));
    return name.length > LONGEST_LABEL ? `${name.slice(0, LONGEST_LABEL - 1).join("")}…` : name.join("");
  });

/** Every name where there is room, else every second, fifth, tenth … */
function labelled(
  names: readonly string[],
  step: number,
  placeOf: (at: number) => readonly [number, number],
  anchor: "middle" | "end",
  room: number,
): Shape[] {
  const every = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((count) => count * step >= room) ?? names.length;
  return names.flatMap((name, at) => {
    const [x, y] = placeOf(at);
    return at % every === 0 ? [textAt(x, y, name, { anchor, fill: FAINT })] : [];
  });
}

function drawScale(values: Float64Array, largest: number, format: FormatNumber, [x, y]: Point) {
  if (largest === 0) return { shapes: [], right: 0 };
  const low = values.some((value) => value < 0) ? -largest : 0;
  const [from, to] = [format(low), format(largest)];
  const left = x + widthOfText(from) + 6;
  const steps = 24;
  const size = { width: SCALE_WIDTH / steps, height: LETTER.height };
  const shapes = Array.from({ length: steps }, (_, step): Shape => {
    const value = low + ((largest - low) * step) / (steps - 1);
    return { kind: "rect", x: left + step * size.width, y, ...size, fill: fillOf(value / largest) };
  });
  const middle = y + LETTER.height / 2;
  return {
    shapes: [
      textAt(x, middle, from, { fill: FAINT }),
      ...shapes,
      textAt(left + SCALE_WIDTH + 6, middle, to, { fill: FAINT }),
    ],
    right: left + SCALE_WIDTH + 6 + widthOfText(to),
  };
}
