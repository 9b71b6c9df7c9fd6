import { present, tabulate } from "../../math/lists.js";
import { largestMagnitude } from "../../math/rows.js";
import type { Axis } from "../../trace/op.js";
import type { HeatMap } from "../document.js";
import { labelsOf, truncate } from "../label.js";
import { chooseFormat, type FormatNumber } from "../number.js";
import { type Pooled, poolByMaximum } from "../pool.js";
import { shadeOf, type Tone, toneOfShade, toneOfWeight, toneOn } from "./colours.js";
import {
  type Drawing,
  faintAt,
  LETTER,
  type Point,
  type Shape,
  textAt,
  widestText,
  widthOfText,
} from "./drawing.js";

/** The height of cells with numbers, and the maximum number of columns and rows that have room for numbers. */
const CELL_HEIGHT = 24;
const MOST_NUMBERED = { large: [16, 32], small: [6, 12] } as const;
/** The approximate width of a map without numbers. */
const MAP_SIZE = 384;
const SMALL_SIZE = 144;
const LONGEST_LABEL = 12;
/** Larger matrices are pooled, because more pixels would show no more. */
const MOST_CELLS = 1024;
const SCALE_WIDTH = 96;

/**
 * Draws a heat map with its labels, its numbers if they fit, and its scale. `isSmall` is for one of several side by
 * side. If there are more cells than a picture shows, each shows the largest of several, and a line says so.
 */
export function drawHeatMap(map: HeatMap, title: string, isSmall = false): Drawing {
  const { matrix, axes, view } = map;
  const pooled = poolByMaximum(matrix, map.blocked, MOST_CELLS, MOST_CELLS, true);
  const { rows, cols, tall, wide } = pooled;
  const rowNames = namesOf(axes[0], rows, tall);
  const colNames = namesOf(axes[1], cols, wide);
  const decimals = isSmall ? 2 : 3;
  const format = chooseFormat(
    [matrix.data],
    view.precision === "full" ? decimals : Math.min(decimals, view.precision),
  );
  const [mostCols, mostRows] = MOST_NUMBERED[isSmall ? "small" : "large"];
  const texts = cols <= mostCols && rows <= mostRows ? Array.from(matrix.data, format) : [];
  const plain = sideOfCell(isSmall ? SMALL_SIZE : MAP_SIZE, rows, cols);
  const hasTexts = texts.length > 0;
  const width = hasTexts ? widestText([...texts, ...colNames]) + 10 : plain;
  const height = hasTexts ? CELL_HEIGHT : plain;
  // Names wider than their columns are read upwards.
  const isTurned = widestText(colNames) + 4 > width;
  const line = LETTER.height + 6;
  const left = line + widestText(rowNames) + 6;
  const top = line + (isTurned ? widestText(colNames) : LETTER.height) + 6;
  const bottom = top + rows * height;
  const shading = shadingOf(matrix.data, cols);
  const scale = drawScale(shading, format, [left, bottom + 10]);
  const note = tall * wide > 1 ? `each cell is the largest of ${tall}×${wide}` : "";
  const middle = [left + (cols * width) / 2, top + (rows * height) / 2] as const;
  const centred = { anchor: "middle", fill: "faint" } as const;
  const rowLabel = (name: string, at: number) =>
    faintAt(left - 6, top + at * height + height / 2, name, "end");
  const colLabel = (name: string, at: number) => {
    const x = left + at * width + width / 2;
    return isTurned
      ? textAt(x, top - 6, name, { anchor: "start", fill: "faint", isTurned })
      : textAt(x, line + LETTER.height / 2, name, centred);
  };
  const below = bottom + 10 + 2 * LETTER.height;
  return {
    title,
    width: Math.max(
      left + cols * width,
      scale.right,
      left + widthOfText(note),
      middle[0] + widthOfText(axes[1].name) / 2,
    ),
    height: note === "" ? bottom + 10 + LETTER.height : below + LETTER.height,
    shapes: present([
      textAt(middle[0], LETTER.height / 2, axes[1].name, centred),
      textAt(LETTER.height / 2, middle[1], axes[0].name, { ...centred, isTurned: true }),
      ...drawCells(pooled, { width, height, texts }, shading, [left, top]),
      ...labelled(rowNames, rowLabel, height, LETTER.height),
      ...labelled(colNames, colLabel, width, isTurned ? LETTER.height : 1),
      ...scale.shapes,
      note !== "" && faintAt(left, below, note),
    ]),
  };
}

/** How numbers become tones, and the numbers at the ends of the scale. */
interface Shading {
  readonly low: number;
  readonly high: number;
  /** Whether square roots are shaded, for weights of many keys: a quarter is half as dark as 1. */
  readonly isOfRoots: boolean;
  toneOf(value: number): Tone;
}

/**
 * Chooses the scale. Numbers from 0 to 1, such as weights, have the scale 0 to 1 in every picture. Others are scaled to
 * the largest of their own.
 */
function shadingOf(values: Float64Array, cols: number): Shading {
  const largest = largestMagnitude(values);
  if (values.every((value) => !Number.isFinite(value) || (value >= 0 && value <= 1))) {
    const isOfRoots = cols > MOST_NUMBERED.large[0];
    const toneOf = (value: number) => toneOfWeight(isOfRoots ? Math.sqrt(value) : value);
    return { low: 0, high: 1, isOfRoots, toneOf };
  }
  const low = values.some((value) => value < 0) ? -largest : 0;
  return { low, high: largest, isOfRoots: false, toneOf: (value) => toneOfShade(shadeOf(value, largest)) };
}

/** How cells are drawn: their size, and the text in each, row by row, if there is room. */
interface Cells {
  readonly width: number;
  readonly height: number;
  readonly texts: readonly string[];
}

const sideOfCell = (size: number, rows: number, cols: number) =>
  Math.max(1, Math.min(CELL_HEIGHT, Math.floor(size / Math.max(rows, cols, 1))));

function drawCells(
  pooled: Pooled,
  { width, height, texts }: Cells,
  { toneOf }: Shading,
  [left, top]: Point,
): Shape[] {
  const shapes: Shape[] = [];
  for (let row = 0; row < pooled.rows; row++) {
    for (let col = 0; col < pooled.cols; col++) {
      const value = pooled.at(row, col);
      const tone = value === undefined ? "masked" : toneOf(value);
      const [x, y] = [left + col * width, top + row * height];
      shapes.push({ kind: "rect", x, y, width, height, fill: tone });
      if (texts.length === 0) continue;
      const [text, fill] =
        value === undefined ? (["·", "faint"] as const) : [texts[row * pooled.cols + col], toneOn(tone)];
      shapes.push(textAt(x + width / 2, y + height / 2, text, { anchor: "middle", fill }));
    }
  }
  return shapes;
}

/** Returns the names of every `every`-th row or column, cut if they are long. */
const namesOf = (axis: Axis, count: number, every: number): string[] =>
  tabulate(count, (position) => truncate(labelsOf(axis).at(position * every), LONGEST_LABEL, "…"));

/** Draws every label if there is room, otherwise every second, fifth, tenth … */
function labelled(
  names: readonly string[],
  draw: (name: string, at: number) => Shape,
  step: number,
  room: number,
): Shape[] {
  const every = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((count) => count * step >= room) ?? names.length;
  return names.flatMap((name, at) => (at % every === 0 ? [draw(name, at)] : []));
}

function drawScale({ low, high, isOfRoots, toneOf }: Shading, format: FormatNumber, [x, y]: Point) {
  if (high === 0) return { shapes: [], right: 0 };
  const isOfWeights = low === 0 && high === 1;
  const [from, to] = isOfWeights
    ? ["0", isOfRoots ? "1 (shaded as roots)" : "1"]
    : [format(low), format(high)];
  const left = x + widthOfText(from) + 6;
  const steps = 24;
  const size = { width: SCALE_WIDTH / steps, height: LETTER.height };
  const shapes = tabulate(steps, (step): Shape => {
    const value = low + ((high - low) * step) / (steps - 1);
    return { kind: "rect", x: left + step * size.width, y, ...size, fill: toneOf(value) };
  });
  const middle = y + LETTER.height / 2;
  return {
    shapes: [faintAt(x, middle, from), ...shapes, faintAt(left + SCALE_WIDTH + 6, middle, to)],
    right: left + SCALE_WIDTH + 6 + widthOfText(to),
  };
}
