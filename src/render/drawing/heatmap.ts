import { cellOf, isTrue } from "../../math/matrix.js";
import type { HeatMap } from "../document.js";
import { labelsOf } from "../label.js";
import { chooseFormat } from "../number.js";
import { type Drawing, FAINT, LETTER, type Shape, textAt, widthOfText } from "./drawing.js";
import { fillOf, inkOn, largestMagnitude, MASKED, shadeOf } from "./shades.js";

/** Cells with numbers are so high; up to so many columns have room for them. */
const CELL_HEIGHT = 24;
const MOST_NUMBERED = 16;
/** A map without numbers is about so wide. */
const MAP_SIZE = 384;
const SMALL_SIZE = 144;
const LONGEST_LABEL = 12;
const SCALE_WIDTH = 96;

/** A heat map with its labels, its numbers where they fit, and its scale. `isSmall` is one of several beside each other. */
export function drawHeatMap(
  { matrix, axes, blocked, view }: HeatMap,
  title: string,
  isSmall = false,
): Drawing {
  const { rows, cols } = matrix;
  const [rowNames, colNames] = axes.map((axis, at) => namesOf(labelsOf(axis).at, at === 0 ? rows : cols));
  const format = chooseFormat([matrix.data], view.precision === "full" ? 3 : Math.min(3, view.precision));
  const texts = Array.from(matrix.data, format);
  const hasNumbers = !isSmall && cols <= MOST_NUMBERED && rows <= 2 * MOST_NUMBERED;
  const widest = Math.max(
    0,
    ...(hasNumbers ? texts : []).map(widthOfText),
    ...(hasNumbers ? colNames.map(widthOfText) : []),
  );
  const size = isSmall ? SMALL_SIZE : MAP_SIZE;
  const plain = Math.max(1, Math.min(CELL_HEIGHT, Math.floor(size / Math.max(rows, cols, 1))));
  const [cellWidth, cellHeight] = hasNumbers ? [widest + 10, CELL_HEIGHT] : [plain, plain];
  const left = Math.max(0, ...rowNames.map(widthOfText)) + 6;
  const top = LETTER.height + 6;
  const largest = largestMagnitude(matrix.data);
  const shapes: Shape[] = [];
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const isMasked = blocked !== undefined && isTrue(blocked, row, col);
      const shade = shadeOf(cellOf(matrix, row, col), largest);
      const [x, y] = [left + col * cellWidth, top + row * cellHeight];
      shapes.push({
        kind: "rect",
        x,
        y,
        width: cellWidth,
        height: cellHeight,
        fill: isMasked ? MASKED : fillOf(shade),
      });
      if (!hasNumbers) continue;
      const text = isMasked && cellOf(matrix, row, col) === 0 ? "·" : texts[row * cols + col];
      const fill = isMasked ? FAINT : inkOn(shade);
      shapes.push(textAt(x + cellWidth / 2, y + cellHeight / 2, text, { anchor: "middle", fill }));
    }
  }
  shapes.push(
    ...labelled(
      rowNames,
      cellHeight,
      (at) => [left - 6, top + at * cellHeight + cellHeight / 2],
      "end",
      LETTER.height,
    ),
  );
  const longest = Math.max(1, ...colNames.map(widthOfText));
  shapes.push(
    ...labelled(
      colNames,
      cellWidth,
      (at) => [left + at * cellWidth + cellWidth / 2, LETTER.height / 2],
      "middle",
      longest + 4,
    ),
  );
  const bottom = top + rows * cellHeight;
  const scale = drawScale(matrix.data, largest, format, left, bottom + 10);
  return {
    title,
    width: Math.max(left + cols * cellWidth, scale.right),
    height: bottom + 10 + LETTER.height,
    shapes: [...shapes, ...scale.shapes],
  };
}

const namesOf = (at: (position: number) => string, count: number): string[] =>
  Array.from({ length: count }, (_, position) => {
    const name = Array.from(at(position));
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

function drawScale(
  values: Float64Array,
  largest: number,
  format: (value: number) => string,
  x: number,
  y: number,
): { readonly shapes: Shape[]; readonly right: number } {
  if (largest === 0) return { shapes: [], right: 0 };
  const low = values.some((value) => value < 0) ? -largest : 0;
  const [from, to] = [format(low), format(largest)];
  const left = x + widthOfText(from) + 6;
  const steps = 24;
  const shapes = Array.from({ length: steps }, (_, step): Shape => {
    const value = low + ((largest - low) * step) / (steps - 1);
    const width = SCALE_WIDTH / steps;
    return {
      kind: "rect",
      x: left + step * width,
      y,
      width,
      height: LETTER.height,
      fill: fillOf(value / largest),
    };
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
