import { cellOf } from "../../math/matrix.js";
import type { Bars, Curves, Hands } from "../document.js";
import { labelsOf } from "../label.js";
import { chooseFormat, type Precision } from "../number.js";
import { type Drawing, FAINT, INK, LETTER, type Point, type Shape, textAt, widthOfText } from "./drawing.js";

const CHART = { width: 480, height: 220 } as const;
/** Told apart by their dashes as well as by their colours, so that no eye and no printer mixes them up. */
const STROKES = ["#174e8c", "#ac4816", "#23734b", "#7a2e8f", "#8a6d00", "#0e7490", "#9d174d", "#4b5563"];
const DASHES: readonly (readonly number[])[] = [
  [],
  [8, 4],
  [2, 3],
  [10, 3, 2, 3],
  [5, 5],
  [14, 4],
  [3, 6],
  [1, 2],
];
const TICKS = 4;

/** The chart of the chosen columns over the rows, with a legend that shows the line of each. */
export function drawCurves({ matrix, axes, columns, view }: Curves, title: string): Drawing {
  const [rowAxis, colAxis] = axes;
  const names = labelsOf(colAxis);
  const values = columns.map((col) =>
    Array.from({ length: matrix.rows }, (_, row) => cellOf(matrix, row, col)),
  );
  const finite = values.flat().filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const spread = high > low ? high - low : 1;
  const format = shortFormat(finite, view.precision);
  const ticks = Array.from({ length: TICKS + 1 }, (_, tick) => {
    const value = low + (spread * tick) / TICKS;
    // The middle of a wave says 0, not 1.1e-4.
    return Math.abs(value) < spread / 1000 ? 0 : value;
  });
  const left = Math.max(...ticks.map((tick) => widthOfText(format(tick)))) + 8;
  const xOf = (row: number) => left + (matrix.rows > 1 ? (row * CHART.width) / (matrix.rows - 1) : 0);
  const yOf = (value: number) => 6 + CHART.height - ((value - low) / spread) * CHART.height;
  const bottom = 6 + CHART.height;
  const shapes: Shape[] = ticks.flatMap((tick): Shape[] => [
    {
      kind: "line",
      points: [
        [left, yOf(tick)],
        [left + CHART.width, yOf(tick)],
      ],
      stroke: "#d6dae0",
      thickness: 1,
    },
    textAt(left - 6, yOf(tick), format(tick), { anchor: "end", fill: FAINT }),
  ]);
  const rowNames = labelsOf(rowAxis);
  const room =
    Math.max(...Array.from({ length: matrix.rows }, (_, row) => widthOfText(rowNames.at(row)))) + 10;
  const every = Math.max(1, Math.ceil((room * Math.max(1, matrix.rows - 1)) / CHART.width));
  for (let row = 0; row < matrix.rows; row += every) {
    shapes.push(textAt(xOf(row), bottom + 14, rowNames.at(row), { anchor: "middle", fill: FAINT }));
  }
  for (const [index, curve] of values.entries()) {
    for (const points of unbroken(curve, xOf, yOf)) shapes.push(strokeOf(index, points));
  }
  const legend = columns.map((col) =>
    names.kind === "index" ? `${colAxis.name} ${names.at(col)}` : names.at(col),
  );
  const legendTop = bottom + 40;
  shapes.push(textAt(left + CHART.width / 2, bottom + 30, rowAxis.name, { anchor: "middle", fill: FAINT }));
  for (const [index, name] of legend.entries()) {
    const y = legendTop + 16 * index + 8;
    shapes.push(
      strokeOf(index, [
        [left, y],
        [left + 36, y],
      ]),
      textAt(left + 44, y, name),
    );
  }
  return {
    title,
    width: left + CHART.width + 12,
    height: legendTop + 16 * legend.length + 4,
    shapes,
  };
}

const shortFormat = (values: readonly number[], precision: Precision) =>
  chooseFormat(
    [Float64Array.from(values.filter((value) => !Number.isInteger(value)))],
    precision === "full" ? 3 : Math.min(3, precision),
  );

function strokeOf(index: number, points: readonly Point[]): Shape {
  const dash = DASHES[index % DASHES.length];
  return {
    ...{ kind: "line", points, stroke: STROKES[index % STROKES.length], thickness: 2 },
    ...(dash.length > 0 && { dash }),
  };
}

/** The pieces of a curve between the gaps that numbers leave which are not finite. */
function unbroken(
  values: readonly number[],
  xOf: (row: number) => number,
  yOf: (value: number) => number,
): Point[][] {
  const pieces: Point[][] = [[]];
  for (const [row, value] of values.entries()) {
    if (Number.isFinite(value)) pieces[pieces.length - 1].push([xOf(row), yOf(value)]);
    else pieces.push([]);
  }
  return pieces.filter((piece) => piece.length > 0);
}

const BAR = { width: 240, height: 16 } as const;

/** Numbers from 0 to 1 as bars, a group a row. */
export function drawBars({ matrix, axes, view }: Bars, title: string): Drawing {
  const [rowNames, colNames] = axes.map(labelsOf);
  const format = chooseFormat([matrix.data], view.precision);
  const names = Array.from({ length: matrix.cols }, (_, col) => colNames.at(col));
  const left = Math.max(...names.map(widthOfText)) + 12;
  const shapes: Shape[] = [];
  let y = 0;
  for (let row = 0; row < matrix.rows; row++) {
    shapes.push(textAt(0, y + 8, rowNames.at(row), { isStrong: true }));
    y += BAR.height + 4;
    for (const [col, name] of names.entries()) {
      const value = cellOf(matrix, row, col);
      const width = Math.max(0, Math.min(1, value || 0)) * BAR.width;
      shapes.push(
        textAt(left - 6, y + BAR.height / 2, name, { anchor: "end", fill: FAINT }),
        { kind: "rect", x: left, y: y + 2, width, height: BAR.height - 4, fill: STROKES[0] },
        textAt(left + BAR.width + 8, y + BAR.height / 2, format(value)),
      );
      y += BAR.height;
    }
    y += 10;
  }
  return { title, width: left + BAR.width + 80, height: y, shapes };
}

const CLOCK = 28;
const MOST_CLOCKS = 12;
const MOST_HANDS = 16;

/** Angles as hands of clocks, one row of clocks for each column. */
export function drawHands({ matrix, axes }: Hands, title: string): Drawing {
  const [rowNames, colNames] = axes.map(labelsOf);
  const [clocks, hands] = [Math.min(matrix.cols, MOST_CLOCKS), Math.min(matrix.rows, MOST_HANDS)];
  const names = Array.from({ length: clocks }, (_, col) => `${axes[1].name} ${colNames.at(col)}`);
  const left = Math.max(...names.map(widthOfText)) + 10;
  const shapes: Shape[] = [];
  for (let col = 0; col < clocks; col++) {
    const y = col * (CLOCK + 6) + CLOCK / 2;
    shapes.push(textAt(left - 8, y, names[col], { anchor: "end", fill: FAINT }));
    for (let row = 0; row < hands; row++) {
      const x = left + row * (CLOCK + 6) + CLOCK / 2;
      const angle = cellOf(matrix, row, col);
      const tip: Point = [x + (Math.sin(angle) * CLOCK) / 2, y - (Math.cos(angle) * CLOCK) / 2];
      shapes.push({ kind: "line", points: circle(x, y, CLOCK / 2), stroke: "#c3c9d1", thickness: 1 });
      shapes.push({ kind: "line", points: [[x, y], tip], stroke: INK, thickness: 2 });
    }
  }
  const bottom = clocks * (CLOCK + 6) + LETTER.height;
  for (let row = 0; row < hands; row++) {
    const x = left + row * (CLOCK + 6) + CLOCK / 2;
    shapes.push(textAt(x, bottom - LETTER.height / 2, rowNames.at(row), { anchor: "middle", fill: FAINT }));
  }
  return { title, width: left + hands * (CLOCK + 6), height: bottom, shapes };
}

const circle = (x: number, y: number, radius: number): Point[] =>
  Array.from({ length: 33 }, (_, step): Point => {
    const angle = (2 * Math.PI * step) / 32;
    return [x + Math.cos(angle) * radius, y + Math.sin(angle) * radius];
  });
