import { tabulate } from "../../math/lists.js";
import { columnOf } from "../../math/matrix.js";
import { extremesOf } from "../../math/rows.js";
import type { Curves } from "../document.js";
import { nameAlong, namesOn } from "../label.js";
import { chooseFormat } from "../number.js";
import { resample } from "../resample.js";
import { type Drawing, faintAt, type Point, type Shape, textAt, widestText } from "./drawing.js";

const CHART = { width: 480, height: 220 } as const;
const TOP = 6;
const BOTTOM = TOP + CHART.height;
const LEGEND_TOP = BOTTOM + 40;
const LEGEND_STEP = 16;
/** The dashes of the curves, besides their colours. */
const DASHES = ["", "8 4", "2 3", "10 3 2 3", "5 5", "14 4", "3 6", "1 2"];
/** MOST_STEPS: the maximum number of steps between the extremes. ROUND: the step sizes, times a power of ten. */
const MOST_STEPS = 5;
const ROUND = [1, 2, 2.5, 5, 10];
/** A longer curve is reduced to the extremes of its pieces: four of its points share a pixel. */
const MOST_POINTS = 4 * CHART.width;

/** Draws the chosen columns over the rows, with a legend that shows each line. */
export function drawCurves({ matrix, axes, columns, view }: Curves, title: string): Drawing {
  const [rowAxis, colAxis] = axes;
  const curves = columns.map((col) => columnOf(matrix, col));
  const finite = curves.map((values) => values.filter(Number.isFinite));
  const ranges = finite.map(extremesOf);
  const ticks = roundTicks(
    Math.min(...ranges.map(([smallest]) => smallest)),
    Math.max(...ranges.map(([, largest]) => largest)),
  );
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const spread = high - low;
  const format = chooseFormat(
    [Float64Array.from(ticks)],
    view.precision === "full" ? 3 : Math.min(3, view.precision),
  );
  const left = widestText(ticks.map(format)) + 8;
  const yOf = (value: number) => BOTTOM - ((value - low) / spread) * CHART.height;
  const legend = columns.map((col) => nameAlong(colAxis, col));
  return {
    title,
    width: left + CHART.width + 12,
    height: LEGEND_TOP + LEGEND_STEP * legend.length + 4,
    shapes: [
      ...ticks.flatMap((tick) => drawTick(format(tick), left, yOf(tick))),
      ...drawRowNames(rowAxis, matrix.rows, left),
      ...curves.flatMap((values, index) =>
        unbroken(values, left, yOf).map((points) => strokeOf(index, points)),
      ),
      faintAt(left + CHART.width / 2, BOTTOM + 30, rowAxis.name, "middle"),
      ...legend.flatMap((name, index) => drawEntry(name, index, left)),
    ],
  };
}

/**
 * Returns round numbers at equal distances, from the last one below the smallest to the first one above the largest.
 */
function roundTicks(smallest: number, largest: number): readonly number[] {
  if (!(largest > smallest)) return [smallest - 1, smallest, smallest + 1].map((value) => value || 0);
  const least = (largest - smallest) / MOST_STEPS;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * (ROUND.find((round) => round * power >= least) ?? 10);
  const [first, last] = [Math.floor(smallest / step), Math.ceil(largest / step)];
  return tabulate(last - first + 1, (tick) => (first + tick) * step);
}

const horizontal = (left: number, right: number, y: number): readonly Point[] => [
  [left, y],
  [right, y],
];

const drawTick = (text: string, left: number, y: number): readonly Shape[] => [
  { kind: "line", points: horizontal(left, left + CHART.width, y), stroke: "rule", thickness: 1 },
  faintAt(left - 6, y, text, "end"),
];

/** Writes as many row names as there is room for below the chart. */
function drawRowNames(axis: Curves["axes"][0], count: number, left: number): readonly Shape[] {
  const texts = namesOn(axis, count);
  const last = Math.max(1, count - 1);
  const every = Math.max(1, Math.ceil(((widestText(texts) + 10) * last) / CHART.width));
  return texts.flatMap((text, row) => {
    if (row % every !== 0) return [];
    const x = left + (row * CHART.width) / last;
    return [faintAt(x, BOTTOM + 14, text, "middle")];
  });
}

/** Draws a line of the legend. */
function drawEntry(name: string, index: number, left: number): readonly Shape[] {
  const y = LEGEND_TOP + LEGEND_STEP * index + 8;
  return [strokeOf(index, horizontal(left, left + 36, y)), textAt(left + 44, y, name)];
}

function strokeOf(index: number, points: readonly Point[]): Shape {
  const dash = DASHES[index % DASHES.length];
  const solid = { kind: "line", points, stroke: `line${index}`, thickness: 2 } as const;
  return dash === "" ? solid : { ...solid, dash: dash.split(" ").map(Number) };
}

/** Splits a curve at values that are not finite. */
function unbroken(values: Float64Array, left: number, yOf: (value: number) => number): Point[][] {
  const drawn = values.length > MOST_POINTS ? resample(values, MOST_POINTS).values : values;
  const step = CHART.width / Math.max(1, drawn.length - 1);
  const pieces: Point[][] = [[]];
  for (const [at, value] of drawn.entries()) {
    if (Number.isFinite(value)) pieces[pieces.length - 1].push([left + at * step, yOf(value)]);
    else pieces.push([]);
  }
  return pieces.filter((piece) => piece.length > 0);
}
